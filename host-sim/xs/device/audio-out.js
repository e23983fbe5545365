// `pins/audioout`: a mixer. Entries of a stream play one after another; `callbacks[stream]` or `callback` is called
// with the number of a Callback entry when it is reached, and what it throws is swallowed.
class AudioOut @ "xs_audio_out_destructor" {
  constructor(options) @ "xs_audio_out_constructor";
  close() @ "xs_audio_out_close";
  enqueue(stream, kind, value, repeat, offset, count) @ "xs_audio_out_enqueue";
  length(stream) @ "xs_audio_out_length";
  start() @ "xs_audio_out_start";
  stop() @ "xs_audio_out_stop";
  get sampleRate() @ "xs_audio_out_get_sampleRate";
  get numChannels() {
    return 1;
  }
  get bitsPerSample() {
    return 16;
  }
  get streams() @ "xs_audio_out_get_streams";
}
AudioOut.Samples = 1;
AudioOut.Flush = 2;
AudioOut.Callback = 3;
AudioOut.Volume = 4;
AudioOut.RawSamples = 5;
AudioOut.Tone = 6;
AudioOut.Silence = 7;

export default AudioOut;
