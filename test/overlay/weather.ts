/** What the network does with frames. */
export interface Weather {
  /** One way, ms: a fixed part and a random one, which reorders. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Out of 100. */
  readonly lossPercent: number;
}

export const fairWeather: Weather = { delayMs: 3, jitterMs: 4, lossPercent: 0 };
