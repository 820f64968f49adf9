// The platforms a .vsix is made for, and the native files each one needs out of onnxruntime-node.
//
// What is left out of bin/napi-v6/<os>/<arch>, as onnxruntime-node 1.30.0 ships it:
// - darwin: libonnxruntime.1.30.0.dylib, byte for byte the same as libonnxruntime.1.dylib, which is the name in the
//   binding's load command (@rpath/libonnxruntime.1.dylib, with @loader_path as the only run path);
// - win32: DirectML.dll, a delay-loaded import of onnxruntime.dll, and dxcompiler.dll and dxil.dll, imported by
//   nothing here (the WebGPU provider opens them by name). The CPU provider, the only one we use, calls none of them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './steps.mjs';

const LIBRARIES = {
  linux: ['libonnxruntime.so.1'],
  darwin: ['libonnxruntime.1.dylib'],
  win32: ['onnxruntime.dll'],
};

export const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
export const currentTarget = `${process.platform}-${process.arch}`;

/** The native files of a target, as paths inside the project with forward slashes; the binding comes first. */
export function nativeFiles(target) {
  const [os, arch] = target.split('-');
  const folder = `node_modules/onnxruntime-node/bin/napi-v6/${os}/${arch}`;
  return ['onnxruntime_binding.node', ...LIBRARIES[os]].map((name) => `${folder}/${name}`);
}

/**
 * The libraries a native file asks the loader for when it is loaded itself: the import table of a PE file (without
 * the delay-loaded ones), the LC_LOAD_DYLIB commands of a 64-bit Mach-O file, the DT_NEEDED entries of a 64-bit ELF
 * file. Throws on any other file.
 */
export function loadTimeLibraries(file) {
  const bytes = readFileSync(path.join(root, file));
  if (bytes.readUInt16LE(0) === 0x5a4d) return peImports(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return machoLoads(bytes);
  if (bytes.readUInt32BE(0) === 0x7f454c46) return elfNeeded(bytes);
  throw new Error(`${file} is not a native library.`);
}

const textAt = (bytes, start) => bytes.toString('latin1', start, bytes.indexOf(0, start));

function peImports(bytes) {
  const header = bytes.readUInt32LE(0x3c);
  const optional = header + 24;
  const sections = optional + bytes.readUInt16LE(header + 20);
  const fileOffset = (address) => {
    for (let i = 0; i < bytes.readUInt16LE(header + 6); i++) {
      const at = sections + 40 * i;
      const start = bytes.readUInt32LE(at + 12);
      if (address >= start && address < start + bytes.readUInt32LE(at + 16))
        return address - start + bytes.readUInt32LE(at + 20);
    }
    throw new Error(`No section holds address ${address}.`);
  };
  const names = [];
  for (let at = fileOffset(bytes.readUInt32LE(optional + 120)); bytes.readUInt32LE(at + 12) !== 0; at += 20)
    names.push(textAt(bytes, fileOffset(bytes.readUInt32LE(at + 12))));
  return names;
}

function machoLoads(bytes) {
  const LC_LOAD_DYLIB = 0xc;
  const names = [];
  let at = 32;
  for (let i = 0; i < bytes.readUInt32LE(16); i++) {
    if (bytes.readUInt32LE(at) === LC_LOAD_DYLIB) names.push(textAt(bytes, at + bytes.readUInt32LE(at + 8)));
    at += bytes.readUInt32LE(at + 4);
  }
  return names.map((name) => path.posix.basename(name));
}

function elfNeeded(bytes) {
  const SHT_DYNAMIC = 6;
  const DT_NEEDED = 1;
  const number = (at) => Number(bytes.readBigUInt64LE(at));
  const section = (index) => number(0x28) + index * bytes.readUInt16LE(0x3a);
  for (let i = 0; i < bytes.readUInt16LE(0x3c); i++) {
    if (bytes.readUInt32LE(section(i) + 4) !== SHT_DYNAMIC) continue;
    const strings = number(section(bytes.readUInt32LE(section(i) + 40)) + 24);
    const names = [];
    for (let at = number(section(i) + 24); number(at) !== 0; at += 16)
      if (number(at) === DT_NEEDED) names.push(textAt(bytes, strings + number(at + 8)));
    return names;
  }
  return [];
}
