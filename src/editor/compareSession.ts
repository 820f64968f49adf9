import type { Comparison } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import type { CompareState, ToHost } from './compareMessages';

/** One document as the compare view sees it. */
export interface CompareTarget {
  readonly name: string;
  /** What is chosen now; undefined while the document has no result. */
  current(): CurrentChoice | undefined;
  /** Shows a policy in the editor for the moment; undefined restores what is applied. */
  preview(policy: PolicyName | undefined): void;
  apply(policy: PolicyName): void;
  compare(options: {
    readonly signal: AbortSignal;
    readonly onProgress: (share: number | undefined) => void;
  }): Promise<Comparison>;
  /** Opens the outputs of two policies beside each other. */
  showDifference(first: PolicyName, second: PolicyName): Promise<void>;
  compress(): void;
}

export interface CurrentChoice {
  readonly policy: PolicyName | undefined;
  /** Another one when something changed on which a comparison rests, the text itself apart. */
  readonly settings: string;
  /** What is compressed. */
  readonly texts: readonly string[];
}

export interface CompareSessionParts {
  readonly target: CompareTarget;
  readonly post: (state: CompareState) => void;
  /** The sentence for an error; undefined for one that needs none, such as a cancelled run. */
  readonly sentence: (error: unknown) => string | undefined;
  /** Milliseconds of rest before another budget, question or pin is compared. */
  readonly restMs?: number;
}

/**
 * What the compare view of one document does: compares when asked and when budget, question or pins change, previews
 * and applies. A changed text only makes the comparison stale: encoding it anew at each keystroke would be felt.
 */
export class CompareSession {
  private comparison: Comparison | undefined;
  private compared: CurrentChoice | undefined;
  /** What was compared last, whether it went well or not: the same is not tried again unasked. */
  private attempted: CurrentChoice | undefined;
  private controller: AbortController | undefined;
  private share: number | undefined;
  private failure: string | undefined;
  private previewed: PolicyName | undefined;
  private closed = false;
  private shown = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: CompareSessionParts) {}

  get state(): CompareState {
    const current = this.closed ? undefined : this.parts.target.current();
    return {
      document: this.closed ? undefined : this.parts.target.name,
      hasResult: current !== undefined,
      comparison: this.comparison,
      current: current?.policy,
      previewed: this.previewed,
      stale: this.isStale(current),
      work: this.controller === undefined ? undefined : { share: this.share },
      failure: this.failure,
    };
  }

  /** Compares anew; a comparison under way is dropped. Never rejects. */
  async compare(): Promise<void> {
    this.abort();
    const current = this.closed ? undefined : this.parts.target.current();
    if (current === undefined) {
      this.post();
      return;
    }
    const controller = new AbortController();
    this.controller = controller;
    this.attempted = current;
    this.share = undefined;
    this.failure = undefined;
    this.post();
    try {
      const comparison = await this.parts.target.compare({
        signal: controller.signal,
        onProgress: (share) => {
          if (this.controller !== controller) return;
          this.share = share;
          this.post();
        },
      });
      if (this.controller !== controller) return;
      this.comparison = comparison;
      this.compared = current;
    } catch (error) {
      if (this.controller !== controller) return;
      this.failure = this.parts.sentence(error);
    }
    this.controller = undefined;
    this.post();
    // What changed in the meantime was not compared.
    this.documentChanged();
  }

  receive(message: ToHost): void {
    const { target } = this.parts;
    switch (message.type) {
      case 'ready':
        this.post();
        break;
      case 'refresh':
        void this.compare();
        break;
      case 'cancel':
        this.abort();
        this.post();
        break;
      case 'compress':
        target.compress();
        break;
      case 'preview':
        this.preview(this.known(message.policy));
        break;
      case 'apply': {
        const policy = this.known(message.policy);
        if (policy === undefined) return;
        this.previewed = undefined;
        target.apply(policy);
        this.post();
        break;
      }
      case 'difference': {
        const first = this.known(message.first);
        const second = this.known(message.second);
        if (first === undefined || second === undefined) return;
        target.showDifference(first, second).catch((error: unknown) => {
          this.failure = this.parts.sentence(error);
          this.post();
        });
        break;
      }
    }
  }

  /** The result, the budget, the question or the text of the document may have changed. */
  documentChanged(): void {
    if (this.closed) return;
    const current = this.parts.target.current();
    if (current === undefined) this.previewed = undefined;
    this.post();
    if (current === undefined || !this.shown || this.controller !== undefined) return;
    const { attempted } = this;
    const isNew = attempted === undefined || attempted.settings !== current.settings;
    if (isNew && (attempted === undefined || sameTexts(attempted, current))) this.compareSoon();
  }

  /** A hidden view doesn't compare, it catches up when it is shown. */
  setShown(shown: boolean): void {
    this.shown = shown;
    if (shown) this.documentChanged();
    else this.preview(undefined);
  }

  documentClosed(): void {
    this.abort();
    this.closed = true;
    this.previewed = undefined;
    this.post();
  }

  /** Ends the session; what was previewed is taken back. */
  dispose(): void {
    this.abort();
    if (!this.closed) this.preview(undefined);
    this.closed = true;
  }

  private preview(policy: PolicyName | undefined): void {
    if (this.closed || policy === this.previewed) return;
    this.previewed = policy;
    this.parts.target.preview(policy);
    this.post();
  }

  /** A policy of the comparison by its name. */
  private known(name: string | undefined): PolicyName | undefined {
    return this.comparison?.rows.find(({ policy }) => policy === name)?.policy;
  }

  private isStale(current: CurrentChoice | undefined): boolean {
    const { compared } = this;
    if (compared === undefined) return false;
    return current?.settings !== compared.settings || !sameTexts(current, compared);
  }

  private compareSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.compare();
    }, this.parts.restMs ?? 400);
  }

  private abort(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.controller?.abort();
    this.controller = undefined;
  }

  private post(): void {
    this.parts.post(this.state);
  }
}

const sameTexts = (a: CurrentChoice, b: CurrentChoice): boolean =>
  a.texts.length === b.texts.length && a.texts.every((text, i) => text === b.texts[i]);
