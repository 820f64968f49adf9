import * as vscode from 'vscode';
import { SETTINGS } from '../contributions';
import type { CompressionService } from '../engine/service';
import { DisposableStore } from './disposables';
import type { Translate } from './numbers';
import type { Voice } from './voice';

export interface TokenCounts {
  /** Tokens of each text. */
  readonly counts: readonly number[];
  /** Whose tokens these are, as it is shown: "o200k_base", "≈ o200k × 1.15, your factor", "the counter of …". */
  readonly label: string;
  readonly exact: boolean;
}

/** The model that the compressed text is for, as far as tokens go. */
export interface TargetModel {
  readonly label: string;
  readonly exact: boolean;
  /** A number of the model's tokens as o200k tokens, by the ratio measured on the beginning of a text. Never rejects. */
  toO200k(tokens: number, sampleText: string): Promise<number>;
  /** Rejects with an EngineError, or an AbortError when the signal is aborted. */
  count(texts: readonly string[], signal?: AbortSignal): Promise<TokenCounts>;
}

export interface TargetModelParts {
  readonly service: Pick<CompressionService, 'countTokens'>;
  readonly voice: Voice;
  readonly t: Translate;
}

const O200K = 'o200k';
const TOKENIZER = 'o200k_base';
/** How the setting names a chat model: its vendor and its id. */
const CHAT = /^chat:([^/]+)\/(.+)$/s;
/** UTF-16 code units on which tokens are compared. */
const SAMPLE = 20_000;

/** Follows the settings for the target model, and lets the person choose a chat model. */
export class TargetModels implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  /** Another model counts from now on. */
  readonly onDidChange = this.changed.event;
  private model: TargetModel | undefined;

  constructor(private readonly parts: TargetModelParts) {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (
          change.affectsConfiguration(SETTINGS.tokenModel) ||
          change.affectsConfiguration(SETTINGS.tokenFactor)
        )
          this.reset();
      }),
    );
    // A chat model may be there only after its own extension has started.
    this.store.add(
      vscode.lm.onDidChangeChatModels(() => {
        if (this.model instanceof ChatModel && this.model.failed) this.reset();
      }),
    );
  }

  get current(): TargetModel {
    return (this.model ??= this.create());
  }

  /** Lets the person choose whose tokens are counted. Rejects where the setting cannot be written. */
  async choose(): Promise<void> {
    const { t } = this.parts;
    const chat = await vscode.lm.selectChatModels();
    const factor = factorSetting();
    const items: (vscode.QuickPickItem & { readonly value?: string })[] = [
      { label: t('o200k family'), description: t('exact'), value: O200K },
      {
        label: t('Another model, by a factor'),
        description: `≈ o200k × ${factor}`,
        detail: t('The factor is the setting “{0}”.', SETTINGS.tokenFactor),
        value: 'other',
      },
    ];
    if (chat.length > 0) items.push({ label: t('chat models'), kind: vscode.QuickPickItemKind.Separator });
    for (const model of chat)
      items.push({
        label: model.name,
        description: t('{0}, by its own counter', model.vendor),
        value: `chat:${model.vendor}/${model.id}`,
      });
    const chosen = await vscode.window.showQuickPick(items, {
      title: t('Model that tokens are counted for'),
      placeHolder: t('Counted now with {0}', this.current.label),
      matchOnDescription: true,
    });
    if (chosen?.value === undefined) return;
    await vscode.workspace
      .getConfiguration()
      .update(SETTINGS.tokenModel, chosen.value, vscode.ConfigurationTarget.Global);
  }

  dispose(): void {
    this.store.dispose();
  }

  private reset(): void {
    this.model = undefined;
    this.changed.fire();
  }

  private create(): TargetModel {
    const { service, voice, t } = this.parts;
    const setting: unknown = vscode.workspace.getConfiguration().get(SETTINGS.tokenModel);
    const name = typeof setting === 'string' ? setting.trim() : '';
    if (name === '' || name === O200K || name === TOKENIZER)
      return new ScaledModel(service, 1, TOKENIZER, true);
    const factor = factorSetting();
    const scaled = new ScaledModel(service, factor, t('≈ o200k × {0}, your factor', factor), false);
    const chat = CHAT.exec(name);
    if (chat === null) return scaled;
    const [, vendor = '', id = ''] = chat;
    return new ChatModel({ vendor, id }, service, scaled, t, (sentence) => {
      voice.show('warning', sentence, {
        label: t('Choose Model'),
        run: () => void this.choose().then(undefined, () => undefined),
      });
      this.changed.fire();
    });
  }
}

function factorSetting(): number {
  const factor: unknown = vscode.workspace.getConfiguration().get(SETTINGS.tokenFactor);
  return typeof factor === 'number' && factor >= 0.1 && factor <= 10 ? factor : 1;
}

/** Tokens of the o200k family, times a factor. */
class ScaledModel implements TargetModel {
  constructor(
    private readonly service: Pick<CompressionService, 'countTokens'>,
    private readonly factor: number,
    readonly label: string,
    readonly exact: boolean,
  ) {}

  toO200k(tokens: number): Promise<number> {
    return Promise.resolve(Math.max(1, Math.floor(tokens / this.factor)));
  }

  async count(texts: readonly string[], signal?: AbortSignal): Promise<TokenCounts> {
    const counts = await this.service.countTokens(texts);
    signal?.throwIfAborted();
    return {
      counts: counts.map((each) => Math.round(each * this.factor)),
      label: this.label,
      exact: this.exact,
    };
  }
}

/** A chat model of the editor, by its own counter; where that cannot be had, the factor counts, after one sentence. */
class ChatModel implements TargetModel {
  failed = false;
  private found: Promise<vscode.LanguageModelChat> | undefined;
  private name: string;
  /** Tokens of the model for one of o200k, by the sample that it was measured on. */
  private readonly ratios = new Map<string, number>();

  constructor(
    private readonly selector: { readonly vendor: string; readonly id: string },
    private readonly service: Pick<CompressionService, 'countTokens'>,
    private readonly fallback: ScaledModel,
    private readonly t: Translate,
    private readonly onFailure: (sentence: string) => void,
  ) {
    this.name = selector.id;
  }

  get label(): string {
    return this.failed ? this.fallback.label : this.t('the counter of {0}', this.name);
  }

  get exact(): boolean {
    return !this.failed;
  }

  async count(texts: readonly string[], signal?: AbortSignal): Promise<TokenCounts> {
    const counts = await this.own(texts, signal);
    return counts === undefined
      ? this.fallback.count(texts, signal)
      : { counts, label: this.label, exact: true };
  }

  async toO200k(tokens: number, sampleText: string): Promise<number> {
    const sample = sampleText.slice(0, SAMPLE).replace(/\p{Surrogate}$/u, '');
    let ratio = this.ratios.get(sample);
    if (ratio === undefined) {
      const [own] = (await this.own([sample])) ?? [];
      if (own === undefined) return this.fallback.toO200k(tokens);
      try {
        const [ours = 0] = await this.service.countTokens([sample]);
        ratio = own > 0 && ours > 0 ? own / ours : 1;
      } catch {
        return this.fallback.toO200k(tokens);
      }
      this.ratios.clear();
      this.ratios.set(sample, ratio);
    }
    return Math.max(1, Math.floor(tokens / ratio));
  }

  /** Counts of the model itself; undefined once it has failed. */
  private async own(texts: readonly string[], signal?: AbortSignal): Promise<number[] | undefined> {
    if (this.failed) return undefined;
    const source = new vscode.CancellationTokenSource();
    const stop = (): void => source.cancel();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const model = await (this.found ??= this.find());
      this.name = model.name;
      const counts: number[] = [];
      for (const text of texts) {
        signal?.throwIfAborted();
        const count = text === '' ? 0 : await model.countTokens(text, source.token);
        if (!Number.isFinite(count) || count < 0) throw new RangeError('not a number of tokens');
        counts.push(count);
      }
      signal?.throwIfAborted();
      return counts;
    } catch (error) {
      signal?.throwIfAborted();
      this.fail(error);
      return undefined;
    } finally {
      signal?.removeEventListener('abort', stop);
      source.dispose();
    }
  }

  private async find(): Promise<vscode.LanguageModelChat> {
    const [model] = await vscode.lm.selectChatModels({ ...this.selector });
    if (model === undefined) throw new RangeError('no such model');
    return model;
  }

  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.found = undefined;
    const missing = error instanceof RangeError && error.message === 'no such model';
    this.onFailure(
      missing
        ? this.t('The model {0} is not there, so tokens are counted as {1}.', this.name, this.fallback.label)
        : this.t('{0} could not count tokens, so they are counted as {1}.', this.name, this.fallback.label),
    );
  }
}
