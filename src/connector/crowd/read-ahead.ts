import type { CrowdAnswer } from './http-exchange.js';

/** Pages asked for while one is read: with one alone the server would stand still before it hears of the next. */
const PAGES_AHEAD = 2;

/** How a list is asked for and read, page by page. */
export interface PagedList<Entity> {
  /** Entries asked for at a time. */
  readonly pageSize: number;
  ask(startIndex: number): Promise<CrowdAnswer>;
  read(answer: CrowdAnswer): Promise<readonly Entity[]>;
}

/**
 * Pages of one list, of which the next ones are asked for while one is read, so that the server does not
 * stand still meanwhile. Where they begin is known only after this one; they are taken to be as far on
 * as this one is from the last. Where they are not, their answers are left unread and others are asked
 * for. Nothing is asked for ahead in a list that has shown no full page.
 */
export class ReadAhead<Entity> {
  readonly #list: PagedList<Entity>;
  #last: { readonly start: number; readonly length: number } | null = null;
  /** In the order of the list. */
  #ahead: { readonly start: number; readonly answer: Promise<CrowdAnswer> }[] = [];

  constructor(list: PagedList<Entity>) {
    this.#list = list;
  }

  /** @throws whatever asking for this page and reading it throws. */
  async page(start: number): Promise<readonly Entity[]> {
    const answer = await this.#answerAt(start);
    const step = this.#last?.length === this.#list.pageSize ? start - this.#last.start : 0;
    if (step > 0) this.#askAhead(start, step);
    const page = await this.#list.read(answer);
    this.#last = { start, length: page.length };
    return page;
  }

  /** To be called when no more pages are wanted. */
  end(): void {
    for (const { answer } of this.#ahead.splice(0)) {
      answer.then(
        (unread) => unread.discard(),
        () => undefined,
      );
    }
  }

  #answerAt(start: number): Promise<CrowdAnswer> {
    if (this.#ahead[0]?.start === start) return this.#ahead.shift()!.answer;
    this.end();
    return this.#list.ask(start);
  }

  #askAhead(from: number, step: number): void {
    while (this.#ahead.length < PAGES_AHEAD) {
      const start = from + step * (this.#ahead.length + 1);
      const answer = this.#list.ask(start);
      // Whoever comes for it is told; perhaps nobody does.
      answer.catch(() => undefined);
      this.#ahead.push({ start, answer });
    }
  }
}
