/**
 * What the device's modules are, as they behave: the only declarations used when mcconfig compiles (`paths` of
 * muster.json is empty), so that the SDK's compiler sees what ours sees. `test/manifests/typings.test.ts` keeps it
 * complete.
 */
/// <reference path="../hal/moddable/typings/base.d.ts" />
/// <reference path="../hal/moddable/typings/key-value.d.ts" />
/// <reference path="../hal/moddable/typings/line.d.ts" />
/// <reference path="../hal/moddable/typings/network.d.ts" />
/// <reference path="../hal/moddable/typings/sound.d.ts" />
/// <reference path="../hal/moddable/native/aes.d.ts" />
/// <reference path="../hal/moddable/native/entropy.d.ts" />
/// <reference path="../hal/moddable/native/g711.d.ts" />
/// <reference path="../hal/moddable/native/lan.d.ts" />
/// <reference path="../hal/moddable/native/mac.d.ts" />
/// <reference path="../hal/moddable/native/memory.d.ts" />
/// <reference path="../hal/moddable/native/power.d.ts" />
/// <reference path="../hal/moddable/native/samples.d.ts" />
/// <reference path="../hal/moddable/native/sodium.d.ts" />
