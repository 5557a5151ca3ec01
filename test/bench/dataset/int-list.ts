/** A list of whole numbers that grows, without an object for each. */
export class IntList {
  private values = new Int32Array(1_024);
  private used = 0;

  get length(): number {
    return this.used;
  }

  push(value: number): void {
    if (this.used === this.values.length) {
      const grown = new Int32Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.used++] = value;
  }

  at(position: number): number {
    return this.values[position];
  }

  toArray(): Int32Array {
    return this.values.slice(0, this.used);
  }
}
