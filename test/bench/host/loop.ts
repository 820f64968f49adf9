/** How long an event loop did not come around. */
export interface LoopFigures {
  /** Longest time between two turns, in milliseconds: contains waiting for a processor. */
  readonly longestGapMs: number;
  /** Most processor time that this process used between two turns, in milliseconds: what code really blocked. */
  readonly mostProcessorMs: number;
}

const INTERVAL_MS = 4;

/** Watches the event loop of this process until it is told to stop. */
export function watchLoop(): { stop(): LoopFigures } {
  let longest = 0;
  let most = 0;
  let last = performance.now();
  let usage = process.cpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const used = process.cpuUsage(usage);
    longest = Math.max(longest, now - last - INTERVAL_MS);
    most = Math.max(most, Math.min(now - last, (used.user + used.system) / 1000));
    last = now;
    usage = process.cpuUsage();
  }, INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      return { longestGapMs: Math.round(longest * 10) / 10, mostProcessorMs: Math.round(most * 10) / 10 };
    },
  };
}
