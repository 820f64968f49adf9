/** Words that a plain stop list drops: the baseline that a model has to beat. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the this that these those it its and or but so of to in on at by for with from as is are was were be been ' +
    'being am i you he she we they me him her us them my your his our their very really just quite also too then ' +
    'there here have has had having do does did doing will would shall should can could may might'
  ).split(' '),
);
