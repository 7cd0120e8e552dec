/**
 * Adam on several threads, each with an instance of this module over the same shared memory. One thread opens a round
 * of work and does it together with helpers. Every parameter is updated independently by one thread: the results are
 * those of `adam`, bit for bit.
 */

import { adam } from "./adam";

/** Parameters that a thread takes at a time: with gradients and moments 512 KiB, about half of a second-level cache. */
const CHUNK: usize = 32768;

/**
 * State of a round in one word, so that a chunk is taken in one atomic step: the round's number in the high bits, below
 * it the numbers of chunks taken from the front (low half) and from the back. Helpers take from the back, so that each
 * thread finds most of its moments still in its cache in the next round.
 */
type Work = u64;
const FROM_BACK: Work = 1 << 16;
/** No chunk is left. */
const CLOSED: Work = 0xffff_ffff;

/** Laid out in shared memory, zero at first. */
@unmanaged
class Team {
  work: Work;
  /** Chunks of the round that are done. */
  done: u32;
  parameters: usize;
  gradients: usize;
  toOthers: usize;
  firstMoment: usize;
  secondMoment: usize;
  length: usize;
  gradientScale: f32;
  clipValue: f32;
  l2: f32;
  retained: f32;
  beta1: f32;
  oneMinusBeta1: f32;
  beta2: f32;
  oneMinusBeta2: f32;
  stepSize: f32;
  epsilon: f32;
  /** Always 0, but opaque to the compiler. */
  zero: u32;
}

export function teamBytes(): usize {
  return offsetof<Team>();
}

/** Opens a round: `adam` for fewer than 2³¹ parameters. The last one must have been finished. */
export function offerAdam(
  team: usize,
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  firstMoment: usize,
  secondMoment: usize,
  length: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  retained: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  stepSize: f32,
  epsilon: f32,
): void {
  const job = changetype<Team>(team);
  // A helper that is late for the previous round must not take a chunk while the arguments change.
  const round = <Work>roundOf(atomic.load<Work>(team));
  atomic.store<Work>(team, (round << 32) | CLOSED);
  job.parameters = parameters;
  job.gradients = gradients;
  job.toOthers = toOthers;
  job.firstMoment = firstMoment;
  job.secondMoment = secondMoment;
  // Atomic, so that a thread that sees the new length sees the previous round closed.
  atomic.store<usize>(team + offsetof<Team>("length"), length);
  job.gradientScale = gradientScale;
  job.clipValue = clipValue;
  job.l2 = l2;
  job.retained = retained;
  job.beta1 = beta1;
  job.oneMinusBeta1 = oneMinusBeta1;
  job.beta2 = beta2;
  job.oneMinusBeta2 = oneMinusBeta2;
  job.stepSize = stepSize;
  job.epsilon = epsilon;
  job.done = 0;
  atomic.store<Work>(team, (round + 1) << 32);
}

/** Works on the round that was offered, until all of it is done. */
export function finish(team: usize): void {
  const job = changetype<Team>(team);
  takeChunks(job, 1);
  // The remaining chunks are in progress: spinning is shorter than sleeping.
  while (atomic.load<u32>(team + offsetof<Team>("done")) < chunksOf(job)) {}
}

/** Works on the open round, if any, until no chunk is left. */
export function help(team: usize): void {
  takeChunks(changetype<Team>(team), FROM_BACK);
}

@inline
function roundOf(work: Work): u32 {
  return <u32>(work >> 32);
}

@inline
function chunksOf(job: Team): u32 {
  const length = atomic.load<usize>(changetype<usize>(job) + offsetof<Team>("length"));
  return <u32>((length + CHUNK - 1) / CHUNK);
}

/** Takes and processes chunks until none is left; `end` is the increment of the round's state for one chunk. */
function takeChunks(job: Team, end: Work): void {
  const address = changetype<usize>(job);
  for (;;) {
    const work = atomic.load<Work>(address);
    const front = <u32>work & 0xffff;
    const back = (<u32>work) >>> 16;
    const chunks = chunksOf(job);
    if (front + back >= chunks) return;
    if (atomic.cmpxchg<Work>(address, work, work + end) != work) continue;
    updateChunk(job, end == FROM_BACK ? chunks - 1 - back : front);
    atomic.add<u32>(address + offsetof<Team>("done"), 1);
  }
}

function updateChunk(job: Team, chunk: usize): void {
  const first = chunk * CHUNK;
  const offset = 4 * first;
  const length = min(CHUNK, job.length - first);
  claim(job.parameters + offset, length, job.zero);
  adam(
    job.parameters + offset, job.gradients + offset, job.toOthers, job.firstMoment + offset,
    job.secondMoment + offset, length, job.gradientScale, job.clipValue, job.l2, job.retained, job.beta1,
    job.oneMinusBeta1, job.beta2, job.oneMinusBeta2, job.stepSize, job.epsilon,
  );
}

/**
 * Rewrites one word of every cache line unchanged. The engine has just read the parameters on all cores, and a core
 * must gain exclusive ownership of a line before it writes it. Here many such requests overlap; with arithmetic between
 * them, few would.
 */
function claim(values: usize, length: usize, zero: u32): void {
  const end = values + 4 * length;
  for (; values < end; values += 64) store<u32>(values, load<u32>(values) ^ zero);
}
