import { audioFrameSamples } from "../../../firmware/core/limits.js";
import { DeviceAudio } from "../../../hal/moddable/audio.js";
import { FakeSound } from "./sound-stand-in.js";
import { FakeTime, RecordingGuard } from "./stand-ins.js";

/** DeviceAudio between stand-ins, in a time the test moves on. */
export interface AudioBench {
  readonly time: FakeTime;
  readonly sound: FakeSound;
  readonly told: RecordingGuard;
  readonly audio: DeviceAudio;
  /** The first sample of each frame heard; `undefined` where there was none. */
  readonly frames: (number | undefined)[];
  onFrame: () => void;
}

/** A phone that plays frames of its own: 1, 2, 3, … */
export function audioBench(
  options: { hasSound?: boolean; rate?: number; sound?: FakeSound } = {},
): AudioBench {
  const { hasSound = true, rate = 8000, sound = new FakeSound(rate / 50) } = options;
  const time = new FakeTime();
  const told = new RecordingGuard(time);
  const frames: (number | undefined)[] = [];
  const audio = new DeviceAudio({
    sound: hasSound ? sound.sound : undefined,
    config: { inputRate: rate, outputRate: rate },
    timers: time.timers,
    clock: time.clock,
    guard: told.guard,
    onFrame: () => made.onFrame(),
  });
  const onFrame = (): void => {
    frames.push(audio.read()?.[0]);
    audio.write(new Int16Array(audioFrameSamples).fill(frames.length));
  };
  const made: AudioBench = { time, sound, told, audio, frames, onFrame };
  return made;
}

/** Plays on for so many blocks of 20 ms, the script being there at once each time. */
export function play({ time, sound }: AudioBench, blocks: number): void {
  for (let n = 0; n < blocks; n++) {
    time.run(20);
    sound.block();
    sound.deliver();
  }
}

/** The script is busy for so long: blocks are played, calls back and the microphone's news wait. */
export function stall({ time, sound }: AudioBench, milliseconds: number): void {
  for (let left = milliseconds; left >= 20; left -= 20) {
    time.stall(20);
    sound.block();
  }
  time.stall(milliseconds % 20);
  sound.deliver();
  time.run(0);
}

/** What was heard, frame by frame; a frame that is not all one value is NaN. */
export function heardFrames(sound: FakeSound): number[] {
  const size = sound.mixerOptions === undefined ? 160 : sound.mixerOptions.sampleRate / 50;
  const frames: number[] = [];
  for (let at = 0; at + size <= sound.heard.length; at += size) {
    const frame = sound.heard.slice(at, at + size);
    frames.push(frame.every((sample) => sample === frame[0]) ? (frame[0] ?? 0) : NaN);
  }
  return frames;
}
