/** Two-sided 95 % interval, in the unit of its quantity; `low <= high`. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
