// `timer`: one-shot and repeating timers. A callback gets the timer's id and the global object as `this`.
class Timer {
  static set(callback, delay, repeat) @ "xs_timer_set";
  static repeat(callback, delay) @ "xs_timer_repeat";
  static schedule(id, delay, repeat) @ "xs_timer_schedule";
  static clear(id) @ "xs_timer_clear";
  static delay(milliseconds) @ "xs_timer_delay";
}

export default Timer;
