/** How long an event loop did not come around. */
export interface LoopFigures {
  /** Longest time between two turns, in milliseconds: contains waiting for a processor that others use. */
  readonly longestGapMs: number;
  /** Most processor time that this thread used between two turns, in milliseconds: what code really blocked. */
  readonly mostProcessorMs: number;
}

const INTERVAL_MS = 4;

/** Processor time of this thread; of the whole process where the runtime cannot tell (before Node 23.9). */
const threadUsage: () => NodeJS.CpuUsage =
  (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.bind(process) ??
  process.cpuUsage.bind(process);

/** Watches the event loop of this thread until it is told to stop. */
export function watchLoop(): { stop(): LoopFigures } {
  let longest = 0;
  let most = 0;
  let last = performance.now();
  let usage = threadUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const { user, system } = threadUsage();
    longest = Math.max(longest, now - last - INTERVAL_MS);
    most = Math.max(most, Math.min(now - last, (user + system - usage.user - usage.system) / 1000));
    last = now;
    usage = { user, system };
  }, INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      return { longestGapMs: Math.round(longest * 10) / 10, mostProcessorMs: Math.round(most * 10) / 10 };
    },
  };
}
