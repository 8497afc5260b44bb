/**
 * What rounding to nearest took away from a sum or a product of doubles, as a double: exact, provided that no step
 * overflows, and for products that none underflows.
 */
export class ErrorOf {
  /**
   * x + y - sum, where sum is x + y rounded (Knuth, The Art of Computer Programming, volume 2, 4.2.2, theorem B). A NaN
   * if a step overflows though the sum did not: never zero by mistake.
   */
  @inline static sum(x: f64, y: f64, sum: f64): f64 {
    const part = sum - x;
    return x - (sum - part) + (y - part);
  }

  /** The upper 26 digits of x, rounded, so that what is left has 26 as well (Veltkamp: times 2^27 + 1). */
  @inline static upperOf(x: f64): f64 {
    const scaled = x * 134217729;
    return scaled - (scaled - x);
  }

  /** x * y - product, where product is x * y rounded (Dekker 1971). */
  @inline static product(x: f64, y: f64, product: f64): f64 {
    const xUpper = ErrorOf.upperOf(x);
    const yUpper = ErrorOf.upperOf(y);
    const xLower = x - xUpper;
    const yLower = y - yUpper;
    return xUpper * yUpper - product + xUpper * yLower + xLower * yUpper + xLower * yLower;
  }
}
