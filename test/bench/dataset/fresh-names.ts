/** Copies of strings that V8 has never seen: each is a flat string of its own without a hash. */
export class FreshNames {
  private readonly bytes: Buffer;
  private readonly ends: Int32Array;

  constructor(names: readonly string[]) {
    this.bytes = Buffer.from(names.join(''));
    this.ends = new Int32Array(names.length);
    let end = 0;
    names.forEach((name, i) => {
      end += Buffer.byteLength(name);
      this.ends[i] = end;
    });
  }

  copyOf(number: number): string {
    return this.bytes.toString('utf8', number === 0 ? 0 : this.ends[number - 1], this.ends[number]);
  }
}

/** The same for one string. */
export function freshCopy(name: string): string {
  return Buffer.from(name).toString();
}
