/** ln of the mean of eˣ over a stream of values, without overflow: the largest so far is taken out of the sum. */
export class LogMeanExp {
  private largest = Number.NEGATIVE_INFINITY;
  private sum = 0;
  private count = 0;

  add(x: number): void {
    this.count++;
    if (Number.isNaN(x)) this.sum = Number.NaN;
    else if (x > this.largest) {
      this.sum = this.sum * Math.exp(this.largest - x) + 1;
      this.largest = x;
    } else if (this.largest > Number.NEGATIVE_INFINITY) this.sum += Math.exp(x - this.largest);
  }

  /** −∞ when nothing was added. */
  get value(): number {
    return this.largest + Math.log(this.sum / this.count);
  }
}
