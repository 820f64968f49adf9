const SVG = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | undefined;

/** An HTML element; text is always text, never markup. */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled<Kind extends Element>(
  element: Kind,
  attributes: Attributes,
  children: readonly Child[],
): Kind {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A button that does something when it is pressed. */
export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = html('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', press);
  return element;
}

/** A sentence with `{0}`, `{1}`, … replaced; what is put in is not looked at again. */
export const fill = (sentence: string, ...values: readonly (string | number)[]): string =>
  sentence.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));

/** The name (`data-focus`) of what has the focus within an element that is about to be built anew. */
export function focusWithin(element: Element): string | undefined {
  const focused = document.activeElement;
  return focused !== null && element.contains(focused)
    ? (focused.getAttribute('data-focus') ?? undefined)
    : undefined;
}

/** Gives the focus back to what has that name now. */
export function restoreFocus(element: Element, name: string | undefined): void {
  if (name === undefined) return;
  element.querySelector<HTMLElement>(`[data-focus="${CSS.escape(name)}"]`)?.focus();
}
