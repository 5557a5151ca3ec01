import type { CrowdAnswer } from './http-exchange.js';

/** How a list is asked for and read, page by page. */
export interface PagedList<Entity> {
  /** Entries asked for at a time. */
  readonly pageSize: number;
  ask(startIndex: number): Promise<CrowdAnswer>;
  read(answer: CrowdAnswer): Promise<readonly Entity[]>;
}

/**
 * Pages of one list, of which the next is asked for while one is read, so that the server does not stand
 * still meanwhile. Where the next one begins is known only after this one; it is taken to be as far on as
 * this one is from the last. Where it is not, its answer is left unread and another is asked for. Nothing
 * is asked for ahead in a list that has shown no full page.
 */
export class ReadAhead<Entity> {
  readonly #list: PagedList<Entity>;
  #last: { readonly start: number; readonly length: number } | null = null;
  #ahead: { readonly start: number; readonly answer: Promise<CrowdAnswer> } | null = null;

  constructor(list: PagedList<Entity>) {
    this.#list = list;
  }

  /** @throws whatever asking for this page and reading it throws. */
  async page(start: number): Promise<readonly Entity[]> {
    const answer = await this.#answerAt(start);
    const step = this.#last?.length === this.#list.pageSize ? start - this.#last.start : 0;
    if (step > 0) this.#askAhead(start + step);
    const page = await this.#list.read(answer);
    this.#last = { start, length: page.length };
    return page;
  }

  /** To be called when no more pages are wanted. */
  end(): void {
    this.#ahead?.answer.then(
      (unread) => unread.discard(),
      () => undefined,
    );
    this.#ahead = null;
  }

  #answerAt(start: number): Promise<CrowdAnswer> {
    if (this.#ahead?.start !== start) {
      this.end();
      return this.#list.ask(start);
    }
    const { answer } = this.#ahead;
    this.#ahead = null;
    return answer;
  }

  #askAhead(start: number): void {
    const answer = this.#list.ask(start);
    // Whoever comes for it is told; perhaps nobody does.
    answer.catch(() => undefined);
    this.#ahead = { start, answer };
  }
}
