import * as vscode from 'vscode';
import { commandLink, COMMANDS, type WordTarget } from '../contributions';
import { wordAt } from '../text/words';
import { at } from '../text/spans';
import { explain, type Explanation } from './explain';
import { plain } from './markdown';
import type { Translate } from './numbers';
import { RegionPlaces } from './ranges';
import { isWholeLine, type Region } from './region';
import { regionAt, type ResultRegistry } from './registry';

/** Says of any word of a compressed text whether it stays, by which scores, and why. */
export function registerHover(registry: ResultRegistry, t: Translate): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { scheme: '*' },
    {
      provideHover(document, position) {
        const state = registry.result(document.uri);
        if (state === undefined) return undefined;
        const offset = document.offsetAt(position);
        const region = regionAt(state.regions, offset);
        if (region === undefined) return undefined;
        const { words } = region.geometry;
        const word = wordAt({ count: words.start.length, ...words }, offset - region.start);
        if (word < 0) return undefined;
        const range = new RegionPlaces(document, region).range(at(words.start, word), at(words.end, word));
        const target: WordTarget = {
          uri: document.uri.toString(),
          version: document.version,
          start: region.start + at(words.start, word),
          end: region.start + at(words.end, word),
        };
        return new vscode.Hover(render(explain(region, word, t), target, wholeLine(region, word), t), range);
      },
    },
  );
}

const wholeLine = (region: Region, word: number): boolean =>
  isWholeLine(region.geometry.structure, at(region.geometry.words.line, word));

/** What comes from the document (the tokens) is in a code block only, whose fence VS Code makes long enough. */
function render(
  { kept, decision, against, scores, tokens, model, sentence, answers, company }: Explanation,
  target: WordTarget,
  line: boolean,
  t: Translate,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: [COMMANDS.keepWord, COMMANDS.discardWord, COMMANDS.alwaysKeep] };
  text.appendMarkdown(`**${plain(decision)}**`);
  if (against !== '') text.appendMarkdown(` · ${plain(against)}`);
  text.appendMarkdown('\n\n');
  if (scores !== '' || tokens.length > 0)
    text.appendCodeblock(
      [scores, tokens.join('  '), model].filter((row) => row !== '').join('\n'),
      'plaintext',
    );
  const sentences = [sentence, answers, company].filter((each) => each !== '');
  text.appendMarkdown(`${sentences.map(plain).join(' ')}\n\n`);
  const label = kept
    ? line
      ? t('Discard this line')
      : t('Discard this')
    : line
      ? t('Keep this line')
      : t('Keep this');
  const link = kept ? commandLink(COMMANDS.discardWord, target) : commandLink(COMMANDS.keepWord, target);
  const always = commandLink(COMMANDS.alwaysKeep, target);
  return text.appendMarkdown(
    `[${plain(label)}](${link}) · [${plain(t('Always keep text like this…'))}](${always})`,
  );
}
