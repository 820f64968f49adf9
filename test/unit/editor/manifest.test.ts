import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import * as contributions from '../../../src/contributions';
import { MODEL_CHOICES } from '../../../src/editor/modelChoice';

const contribution = v.object({ command: v.string() });
const Manifest = v.object({
  publisher: v.string(),
  activationEvents: v.array(v.string()),
  capabilities: v.object({
    untrustedWorkspaces: v.object({ supported: v.string(), restrictedConfigurations: v.array(v.string()) }),
    virtualWorkspaces: v.object({ supported: v.string() }),
  }),
  contributes: v.object({
    commands: v.array(v.object({ command: v.string(), title: v.string(), category: v.string() })),
    menus: v.record(
      v.string(),
      v.array(
        v.object({
          command: v.optional(v.string()),
          submenu: v.optional(v.string()),
          when: v.optional(v.string()),
        }),
      ),
    ),
    submenus: v.array(v.object({ id: v.string() })),
    keybindings: v.array(v.object({ ...contribution.entries, key: v.string(), when: v.string() })),
    configuration: v.object({
      properties: v.record(
        v.string(),
        v.object({
          scope: v.string(),
          markdownDescription: v.string(),
          enum: v.optional(v.array(v.string())),
        }),
      ),
    }),
    colors: v.array(
      v.object({
        id: v.string(),
        defaults: v.object({
          dark: v.string(),
          light: v.string(),
          highContrast: v.string(),
          highContrastLight: v.string(),
        }),
      }),
    ),
    languages: v.array(v.object({ id: v.string() })),
    grammars: v.array(v.object({ language: v.string(), scopeName: v.string(), path: v.string() })),
    walkthroughs: v.array(
      v.object({
        id: v.string(),
        steps: v.array(
          v.object({
            description: v.string(),
            media: v.object({ svg: v.string() }),
            completionEvents: v.array(v.string()),
          }),
        ),
      }),
    ),
  }),
});

const text = readFileSync('package.json', 'utf8');
const manifest = v.parse(Manifest, JSON.parse(text));
const strings = v.parse(
  v.record(v.string(), v.string()),
  JSON.parse(readFileSync('package.nls.json', 'utf8')),
);
const { contributes } = manifest;
const commands: string[] = Object.values(contributions.COMMANDS);
const sorted = (values: Iterable<string>): string[] => [...values].sort();

describe('manifest', () => {
  it('contributes exactly the commands of the code', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(commands));
    assert.deepEqual(new Set(contributes.commands.map(({ category }) => category)), new Set(['Kompress']));
  });

  it('names known commands and submenus only in menus, key bindings and walkthrough', () => {
    const named = [
      ...Object.values(contributes.menus)
        .flat()
        .flatMap(({ command }) => command ?? []),
      ...contributes.keybindings.map(({ command }) => command),
      ...contributes.walkthroughs
        .flatMap(({ steps }) => steps)
        .flatMap(({ completionEvents }) => completionEvents.map((event) => event.replace(/^onCommand:/, ''))),
      ...Object.values(strings).flatMap((string) =>
        [...string.matchAll(/command:([\w.]+)/g)].map((match) => match[1] ?? ''),
      ),
    ];
    assert.deepEqual(
      named.filter((command) => !commands.includes(command)),
      [],
    );
    const submenus = Object.values(contributes.menus)
      .flat()
      .flatMap(({ submenu }) => submenu ?? []);
    assert.deepEqual(submenus, [contributions.SUBMENU]);
    assert.deepEqual(
      contributes.submenus.map(({ id }) => id),
      [contributions.SUBMENU],
    );
    assert.ok(contributions.SUBMENU in contributes.menus);
  });

  it('has the settings, colours, language and walkthrough of the code', () => {
    assert.deepEqual(
      sorted(Object.keys(contributes.configuration.properties)),
      sorted(Object.values(contributions.SETTINGS)),
    );
    assert.deepEqual(
      sorted(contributes.colors.map(({ id }) => id)),
      sorted(Object.values(contributions.COLOURS)),
    );
    assert.deepEqual(
      contributes.languages.map(({ id }) => id),
      [contributions.TRANSCRIPT_LANGUAGE],
    );
    assert.deepEqual(
      contributes.walkthroughs.map(({ id }) => id),
      [contributions.WALKTHROUGH],
    );
  });

  it('uses only context keys of ours that the code sets', () => {
    const used = [...text.matchAll(/"when": "([^"]*)"/g)].flatMap(
      (match) => (match[1] ?? '').match(/kompress\.\w+/g) ?? [],
    );
    const known: string[] = Object.values(contributions.CONTEXT_KEYS);
    assert.deepEqual(
      used.filter((key) => !known.includes(key)),
      [],
    );
    assert.deepEqual(
      known.filter((key) => !used.includes(key)),
      [],
    );
  });

  it('takes the model from the machine only', () => {
    const { model, modelPath } = contributions.SETTINGS;
    const { properties } = contributes.configuration;
    for (const name of [model, modelPath]) assert.equal(properties[name]?.scope, 'machine');
    assert.deepEqual(properties[model]?.enum, MODEL_CHOICES);
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces, {
      supported: 'limited',
      restrictedConfigurations: [model, modelPath],
    });
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, 'limited');
  });

  it('has no setting below another one: VS Code reads a dot as nesting and would lose one of the two', () => {
    const names = Object.keys(contributes.configuration.properties);
    assert.deepEqual(
      names.filter((name) => names.some((other) => other.startsWith(`${name}.`))),
      [],
    );
  });

  it('starts nothing at start-up', () => {
    assert.deepEqual(manifest.activationEvents, []);
  });

  it('ships at most two key bindings, each within a text', () => {
    assert.ok(contributes.keybindings.length <= 2);
    for (const { when } of contributes.keybindings) assert.match(when, /^editorTextFocus/);
  });

  it('resolves every string, and keeps none too many', () => {
    const used = new Set([...text.matchAll(/%([\w.-]+)%/g)].map((match) => match[1] ?? ''));
    assert.deepEqual(sorted(used), sorted(Object.keys(strings)));
  });

  it('finds its files', () => {
    const files = [
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
      ...['pin', 'unpin'].flatMap((name) =>
        ['dark', 'light'].map((theme) => `media/icons/${name}-${theme}.svg`),
      ),
    ];
    assert.deepEqual(
      files.filter((file) => !existsSync(file)),
      [],
    );
  });

  it('has a grammar with the scope that it names', () => {
    for (const { path, scopeName } of contributes.grammars) {
      const grammar = v.parse(v.object({ scopeName: v.string() }), JSON.parse(readFileSync(path, 'utf8')));
      assert.equal(grammar.scopeName, scopeName);
    }
  });
});

describe('command links', () => {
  it('carry their arguments', () => {
    const target = { uri: 'file:///a b#c', version: 3, start: 1, end: 2 };
    const link = contributions.commandLink(contributions.COMMANDS.keepWord, target);
    assert.match(link, /^command:kompress\.keepWord\?/);
    assert.deepEqual(JSON.parse(decodeURIComponent(link.slice(link.indexOf('?') + 1))), [target]);
    assert.equal(contributions.commandLink(contributions.COMMANDS.showLog), 'command:kompress.showLog');
  });
});
