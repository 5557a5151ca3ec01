const IDS_OF_A_PAGE = 32_768;
const BITS = 8;

/** Whole numbers from 0 up to 2^53, of which many are close together: a bit for each where any is near. */
export class IdSet {
  private readonly pages = new Map<number, Uint8Array>();

  add(id: number): void {
    const number = Math.floor(id / IDS_OF_A_PAGE);
    let page = this.pages.get(number);
    if (!page) {
      page = new Uint8Array(IDS_OF_A_PAGE / BITS);
      this.pages.set(number, page);
    }
    const place = id % IDS_OF_A_PAGE;
    page[Math.floor(place / BITS)] |= 1 << (place % BITS);
  }

  has(id: number): boolean {
    const page = this.pages.get(Math.floor(id / IDS_OF_A_PAGE));
    if (!page) return false;
    const place = id % IDS_OF_A_PAGE;
    return (page[Math.floor(place / BITS)] & (1 << (place % BITS))) !== 0;
  }
}
