export function scale(samples, gain) @ "xs_muster_scale";
export function mix(into, from, gain) @ "xs_muster_mix";

export class Resampler @ "xs_muster_resampler_destructor" {
  constructor(fromRate, toRate) @ "xs_muster_resampler";
  resample(from, to) @ "xs_muster_resampler_resample";
}
