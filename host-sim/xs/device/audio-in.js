// `embedded:io/audio/in`: the microphone, 16 bit mono. `onReadable` is called at each block of 512 samples; `read` of
// more than there is throws.
class AudioIn @ "xs_audio_in_destructor" {
  constructor(options) @ "xs_audio_in_constructor";
  close() @ "xs_audio_in_close";
  read(samples) @ "xs_audio_in_read";
  start() @ "xs_audio_in_start";
  stop() @ "xs_audio_in_stop";
  get format() @ "xs_audio_in_get_format";
  set format(value) @ "xs_audio_in_set_format";
  get bitsPerSample() {
    return 16;
  }
  get channels() {
    return 1;
  }
  get sampleRate() @ "xs_audio_in_get_sampleRate";
  get audioType() {
    return "LPCM";
  }
}

export default AudioIn;
