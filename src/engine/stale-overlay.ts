/** An overlay was asked although the index it lies over has changed: make another. */
export class StaleOverlay extends Error {
  constructor() {
    super('the index below this overlay has changed');
    this.name = 'StaleOverlay';
  }
}
