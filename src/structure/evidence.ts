import { headerEvidence } from './headers';

/**
 * What single lines look like. All patterns are anchored or bounded: linear on any input. The heads given to them
 * are at most LINE_HEAD characters long.
 */

const FUNCTION_WORDS = new Set(
  (
    'the a an of to and in is it that for on with as was be this are i you not we have by but or at from they he she ' +
    'his her its their our your my me him them us if so will would can could should do does did has had been were am ' +
    "what which who when where how why there then than just about into out up no yes all some any it's i'm that's " +
    "don't you're we're i'll let's also because while after before over only more very"
  ).split(' '),
);

/** Whether a line reads like a sentence of English (or a good part of one). */
export function sentenceLike(head: string): boolean {
  const words = head.trim().split(/\s+/);
  if (words.length < 4) return false;
  let plain = 0;
  let common = 0;
  for (const word of words) {
    if (!/^["'“‘([*_~`]*[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*[.,;:!?)"'”’\]*_`…]*$/u.test(word)) continue;
    plain++;
    if (
      FUNCTION_WORDS.has(
        word
          .toLowerCase()
          .replace(/[^\p{L}'’]/gu, '')
          .replace('’', "'"),
      )
    )
      common++;
  }
  const share = plain / words.length;
  if (common >= 2 && common / words.length >= 0.15 && share >= 0.5) return true;
  return share >= 0.8 && common >= 1 && /[.?!:…]["')\]”*]*$/.test(head.trimEnd());
}

const TIMESTAMP =
  /^\s*[[(]?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|\s?[+-]\d\d:?\d\d)?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{1,2}\s\d\d:\d\d:\d\d|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)[\])]?[\s:|-]*/;
const LEVEL =
  /^\s*[[(<]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|trace|debug|info|warn|warning|error|fatal|verbose)[\])>]?(?:\s*[:|[(]|\s+[\w./-]+[:=[\]])/;
const BARE_LEVEL =
  /^\s*(?:\[(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL)\]|(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s)/;

const LOG: readonly RegExp[] = [
  // Prompts and what is typed at them.
  /^\s*(?:\([\w.-]{1,40}\)\s)?[\w.-]{1,40}@[\w.-]{1,60}[: ][^\s$#%]{0,200}\s?[$#%](?:\s|$)/,
  /^\s*[$%]\s+(?:sudo\s+)?[\w./~-]+(?:\s|$)/,
  /^PS [A-Z]:\\[^>]{0,200}>/,
  /^\s*(?:>>>|\.\.\.) \S/,
  /^(?:In|Out) ?\[\d+\]: /,
  // Stack traces.
  /^\s+at (?:async |new )?[\w$.<>[\] /\\@:-]{1,200}(?:\([^)]{0,300}\))?$/,
  /^\s*File "[^"]{1,300}", line \d+/,
  /^Traceback \(most recent call last\)/,
  /^\s*(?:Caused by|Exception in thread|goroutine \d+ \[)/,
  /^(?:[\w$]+\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt)(?:: .*)?$/,
  /^\s*\d+:\s+0x[0-9a-f]+ - /,
  /^thread '[^']{1,100}' .{0,40}panicked at /,
  // Compilers and linters.
  /^\s*(?:[A-Za-z]:)?[\w@./\\-]{1,300}[.:(]\d+[:,]\d+\)?:? (?:-\s)?(?:fatal )?(?:error|warning|note|info)\b/i,
  /^\s*(?:[A-Za-z]:)?[\w@./\\-]{1,300}\.\w{1,6}:\d+(?::\d+)?:/,
  /^(?:error|warning)(?:\[\w+\]| TS\d+):/,
  /^\s*\d+:\d+\s+(?:error|warning)\s/,
  /^\s*-->\s\S{1,300}:\d+/,
  /^\s*\d*\s\|\s.*[\^~]{1,}/,
  /^\s*[\^~]{3,}\s*$/,
  /^(?:npm|pnpm|yarn) (?:ERR!|WARN|error|warning|notice)\b/,
  /^make(?:\[\d+\])?: /,
  /^\s{2,}(?:Compiling|Finished|Running|Downloaded|Downloading|Checking|Updating) /,
  /^(?:Collecting|Requirement already satisfied:|Successfully installed|Installing collected packages:) ?\S/,
  /^(?:bash|sh|zsh|fatal|git|docker|kubectl|curl|grep|ls|cat|rm|cp|mv|find|sed): .{0,100}(?:: |not found|denied)/,
  /^remote: |^To (?:https?:|git@)|^\s+[0-9a-f]{7,12}\.\.[0-9a-f]{7,12}\s/,
  /^Exit code:? -?\d+$/i,
  /^(?:Process|Command) .{0,60}(?:exited with (?:exit )?code|finished with exit code) -?\d+/i,
  // Tests.
  /^(?:PASS|FAIL|ok|not ok|FAILED|PASSED|SKIP|SKIPPED|ERROR)[ \t]+[\w@./\\[-]*[./:_\\]\S*/,
  /^\s*(?:---|===) (?:PASS|FAIL|SKIP|RUN|CONT|PAUSE)\b/,
  /^\s*[✓✔✗✘×√●○] \S.*(?:\(\d+(?:\.\d+)?\s?m?s\)|\d+\s?ms)$/u,
  /^={3,} .+ ={3,}$|^-{3,} .{0,80} -{3,}$|^_{5,} .{0,80} _{5,}$/,
  /^\s*(?:Tests?|Test Suites|Test Files|Snapshots|Time|Duration|Ran all test suites)(?::\s+| {2,})\d*\S*/,
  /^\s*\d+ (?:passing|failing|pending)(?: \(|$)/,
  /^test \S+ \.\.\. (?:ok|FAILED|ignored)/,
  /^\S+::\S+ (?:PASSED|FAILED|SKIPPED|ERROR)\b/,
  /^[.FEsx]{8,}(?:\s+\[\s*\d+%\])?$/,
  // Listings of files and processes.
  /^[dlbcps-](?=-*[rwx])[rwxsStT-]{9}[+@.]?\s/,
  /^\s+(?:modified|new file|deleted|renamed):\s/,
  /^total \d+$/,
  /^\S{1,200}:\d{1,7}:\S?/,
  /^[0-9a-f]{7,40} \([^)]{1,100}\) |^commit [0-9a-f]{40}/,
  /^\s*(?:[MADRCU?!]{1,2}|[MADRCU?!] [MADRCU?! ]) {1,3}[\w./-]+[./]\w[\w./-]*$/,
  /^\s*[│├└┌╭╰┃]\s?[─━]*/u,
  /^\s*(?:\.{0,2}\/)?(?:[\w@.+-]+\/)+[\w@.+-]*$/,
];

/** 2 surely output of a program, 1 perhaps, 0 no sign of it. */
export function logEvidence(head: string): number {
  if (LOG.some((pattern) => pattern.test(head))) {
    // A path at the start of a line, or a word before a colon and a number, also begins sentences.
    return sentenceLike(head) && !/^\s*(?:at |File "|Traceback|[$%>] |PS )/.test(head) ? 1 : 2;
  }
  const stamp = TIMESTAMP.exec(head);
  if (stamp !== null) {
    const rest = head.slice(stamp[0].length);
    if (LEVEL.test(rest) || BARE_LEVEL.test(rest) || /^[[{(][\w./: -]{1,60}[\])}]/.test(rest)) return 2;
    // Minutes of a meeting carry times too.
    if (sentenceLike(rest) || /^(?:\p{Lu}[\p{L}.'-]*\s?){1,4}:/u.test(rest)) return 0;
    return /^[\w.-]+(?:\[\d+\])?:\s|\w=\S/.test(rest) ? 2 : 1;
  }
  if (BARE_LEVEL.test(head)) return sentenceLike(head) ? 1 : 2;
  if (LEVEL.test(head)) return sentenceLike(head) ? 0 : 1;
  return /(?:^|\s)\w+=\S+\s+\w+=\S+/.test(head) && !sentenceLike(head) ? 1 : 0;
}

const PLAIN = /^\s*[A-Za-z][A-Za-z ,'’-]*[.?!]?\s*$/;
const KEYWORD =
  /^\s*(?:import|from|package|using|use|namespace|mod|module|require|return|throw|raise|yield|await|make|npm|npx|yarn|pnpm|bun|deno|git|gh|docker|kubectl|helm|pip|pipx|uv|poetry|python|node|cargo|rustup|go|curl|wget|apt|brew|cd|ls|mkdir|sudo|PASS|FAIL|ERROR|WARN|INFO|DEBUG|FATAL|TRACE|Requirement|Collecting|Compiling|Downloading|SELECT)\b/;

/** Whether a line has nothing but words, so that no other pattern needs to be tried. */
export function isPlain(head: string): boolean {
  return PLAIN.test(head) && !KEYWORD.test(head);
}

const COMMAND =
  /^\s*(?:sudo\s+)?(?:npm|npx|yarn|pnpm|bun|deno|git|gh|docker|kubectl|helm|pip3?|pipx|uv|poetry|python3?|node|tsx?c?|cargo|rustup|go|curl|wget|apt(?:-get)?|brew|ssh|scp|rsync|grep|rg|sed|awk|chmod|chown|mkdir|cd|ls|cat|rm|mv|cp|export|source|tar|systemctl|journalctl|pytest|mvn|gradle|\.\/[\w./-]+|Get-\w+|Set-\w+|New-\w+)\s+(\S.*)$/;
const SUBCOMMAND =
  /^(?:install|add|remove|uninstall|update|upgrade|run|test|build|start|init|ci|exec|publish|clone|checkout|commit|push|pull|fetch|merge|rebase|diff|status|log|show|reset|stash|branch|switch|restore|tag|compose|ps|logs|get|apply|describe|delete|create|fmt|vet|mod|check|clippy|doc|bench)(?:\s|$)/;

/** Whether a line begins as a command does. */
export const isCommand = (head: string): boolean => COMMAND.test(head);

const CODE_CERTAIN: readonly RegExp[] = [
  /^\s*#!\s?\//,
  /^\s*#\s?(?:include\s*[<"]|define\s+\w+|ifn?def\s+\w|endif\b|pragma\s+\w)/,
  /^\s*import\s+(?:type\s+)?(?:[\w$*{][^'"]{0,300}\sfrom\s+)?['"][^'"]+['"];?\s*$/,
  /^\s*import\s+(?:static\s+)?\w+(?:\.\w+)+(?:\s+as\s+\w+)?(?:\.\*)?;?\s*$/,
  /^\s*from\s+\.{0,3}[\w.]+\s+import\s+[\w*(]/,
  /^\s*(?:const|let|var|auto|val|final)\s+[\w$[{(][^=]{0,200}=\s*\S/,
  /^\s*(?:export\s+|default\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+|async\s+|pub(?:\(\w+\))?\s+|abstract\s+|override\s+|inline\s+|unsafe\s+|suspend\s+)*(?:function\*?|def|fn|func|fun|sub)\s+[\w$.:<>(*&\s]{1,120}\(/,
  /^\s*(?:export\s+|default\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+|pub(?:\(\w+\))?\s+|abstract\s+|final\s+|sealed\s+|data\s+|declare\s+)*(?:class|interface|struct|enum|trait|impl|namespace|union)\s+[\w$<>.,:&\s'-]{1,160}(?:\([^)]{0,200}\))?\s*[{:]\s*$/,
  /^\s*(?:export\s+)?type\s+\w+(?:<[^>]{1,100}>)?\s*=/,
  /^\s*(?:public|private|protected|internal|static|final)\s+[\w<>[\],.?\s]{1,120}[({;=]/,
  /^\s*(?:\}\s*)?(?:if|else if|for|foreach|while|switch|catch|until|elif)\s*\(.*\)\s*\{?\s*$/,
  /^\s*(?:\}\s*)?(?:else|try|finally|do|loop|unsafe)\s*\{\s*$/,
  /^\s*return\b[^.]{0,200};\s*$/,
  /^\s*(?:return|throw|raise|yield|await)\s+[\w$.]+(?:\(.*\)?|\[.*\])[;,]?\s*$/,
  /^\s*[)\]}]+[;,)\]}]*\s*$/,
  /^\s*[\w$.[\]'"*&]+\s*(?:[-+*/%|&^?:]|\|\||&&|\?\?|<<|>>)?=\s*(?:[\w$.]+\(.*|['"`[{(].*|-?\d[\w.]*|new\s.*|await\s.*|true|false|null|None|nil|self\b.*|\w+(?:\.\w+)+.*);?\s*$/,
  /^\s*[\w$]+(?:(?:\.|->|::|\?\.)[\w$]+)*\([^"'`]{0,200}\)\s*(?:;|\{)\s*$/,
  /^\s*[\w$]+(?:(?:\.|->|::|\?\.)[\w$]+)+\(.{0,300}\)[;,]?\s*$/,
  /^\s*(?:SELECT\s.{1,200}\sFROM\s|INSERT\s+INTO\s|UPDATE\s\S+\sSET\s|CREATE\s+(?:TABLE|INDEX|VIEW)\s|ALTER\s+TABLE\s|DELETE\s+FROM\s)/,
  /^\s*(?:package|using|use|namespace|mod|module|require)\s+[\w.:\\{},'"/-]+(?:\s+as\s+\w+)?;?\s*$/,
  /^\s*<\/?[a-z][\w-]*(?:\s+[\w:@-]+(?:=(?:"[^"]{0,200}"|\{[^}]{0,200}\}))?)*\s*\/?>\s*$/i,
  /^\s*\d+[→│|:]\t?\s*\S.*[;{}()=]/u,
];

const CODE_ENDING = /[;{]\s*$|=>\s*[{(]?\s*$|\)\s*:\s*$/;
const CODE_SIGN =
  /[=<>!+*/|&-]=|=>|->|::|&&|\|\||\w\(\)|\w\[\w+\]|^\s*(?:\/\/|\/\*|\*\/|@\w+)|[\w$]\([^)]*\)/;

/** 2 surely a line of a program or a command, 1 perhaps, 0 no sign of it. */
export function codeEvidence(head: string): number {
  const command = COMMAND.exec(head)?.[1];
  if (command !== undefined && !/[.?!:]\s*$/.test(head)) {
    if (/(?:^|\s)(?:--?\w|&&|\||>|\.{0,2}\/)|[\w-]+[./:]\w/.test(command) && !sentenceLike(head)) return 2;
    if (SUBCOMMAND.test(command) && command.split(/\s+/).length <= 3) return 2;
  }
  if (headerEvidence(head) === 2) return 2;
  if (
    /^\s*(?:return|use|if|for|with|while|case|else|try|match|except|import|from)\b/.test(head) &&
    sentenceLike(head)
  )
    return 0;
  if (CODE_CERTAIN.some((pattern) => pattern.test(head))) return sentenceLike(head) ? 1 : 2;
  const ending = CODE_ENDING.test(head);
  const sign = CODE_SIGN.test(head);
  if (ending && sign) return sentenceLike(head) ? 1 : 2;
  if (sentenceLike(head)) return 0;
  if (/^\s*import\s+\w+(?:\s*,\s*\w+)*\s*$/.test(head)) return 1;
  return ending ||
    /^\s*(?:\/\/|\/\*|\*\/|@\w+(?:\(|$)|#\s)/.test(head) ||
    (sign && !/^\s*\p{Lu}\p{Ll}+ /u.test(head))
    ? 1
    : 0;
}
