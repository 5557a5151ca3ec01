import { SaxesParser } from 'saxes';
import { badInput } from './errors.js';

/** Deeper than the deepest restriction permitted, with the elements that stand in between. */
const MAX_DEPTH = 120;

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text right inside, CDATA included, as it stands. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads a document whole. There is no document type and hence no entity beyond the five of XML.
 * @throws GatehouseError `INPUT_INVALID` for what is not well-formed or nests too deep.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false });
  const top: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open: OpenElement[] = [top];
  const addText = (piece: string) => {
    open[open.length - 1].text += piece;
  };
  parser.on('doctype', () => {
    throw badInput('body', 'must hold no DOCTYPE');
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > MAX_DEPTH) throw badInput('body', `nests deeper than ${MAX_DEPTH} elements`);
    const element: OpenElement = { name, attributes, children: [], text: '' };
    open[open.length - 1].children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('error', () => {
    const place = `line ${parser.line}, column ${parser.column}`;
    throw badInput('body', `is not well-formed XML (${place})`);
  });
  parser.write(text).close();
  return top.children[0];
}

/** The first child of a name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name === name);
}
