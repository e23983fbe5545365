// `time`: the 32 bit millisecond counter. As on the device, `ticks` is negative from 2^31 ms (25 days) on, and
// only `delta` subtracts right across the wrap.
class Time {
  static get ticks() @ "xs_time_ticks";
  static delta(start, end) @ "xs_time_delta";
}

export default Time;
