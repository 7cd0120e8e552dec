/** Names that other programs and papers have for settings, in lower case without separators. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  learningRate: "lr eta alpha stepsize",
  schedule: "scheduler lrschedule lrscheduler",
  learningRateWarmup: "lrwarmup warmupsteps",
  learningRateDecay: "gamma lrdecay decay",
  optimizer: "optim optimiser solver",
  epsilon: "eps adamepsilon adameps",
  weightDecay: "wd",
  l2: "lambda l2reg l2penalty l2weight l2regularization l2regularizer lambdal2reg regularization",
  clipValue: "clip gradclip clipgrad gradientclip gradclipvalue gradientclipval",
  clipNorm: "gradclipnorm maxgradnorm maxnorm gradientclipping",
  batchSize: "batch bs nbatch minibatch minibatchsize",
  keepProbability: "dropout dropoutrate droprate dropoutprob keepprob pdropout",
  activation: "act nonlinearity activationfn activationfunction",
  normalization: "norm batchnorm usebatchnorm layernorm normalisation",
  initialization: "init weightinit initializer kernelinitializer initialisation",
  likelihood: "loss reconstructionloss recloss distribution outputdistribution squashing genelikelihood",
  sigma: "std stddev noisestd observationnoise",
  degreesOfFreedom: "df dof nu",
  mixtures: "nmixtures nummixtures ncomponents components",
  classes: "nclasses numclasses",
  beta: "klweight kldweight klcoefficient klcoeff klscale maxklweight",
  klWarmup: "warmup nepochsklwarmup nstepsklwarmup klanneal klannealing annealing",
  klCycles: "cycles ncycles",
  freeBits: "freenats klfree",
  latentSamples: "k nsamples numsamples mcsamples importancesamples iwaesamples",
  deterministic: "autoencoder ae",
  binarize: "binarise binarization dynamicbinarization",
  maxIterations:
    "maxiter iterations iters niter niterations numiterations steps nsteps numsteps maxsteps trainsteps",
  epochs: "epoch nepochs nepoch numepochs maxepochs trainepochs",
  seed: "randomstate randomseed rng",
  threads: "nthreads numthreads workers nworkers numworkers njobs cores",
  validateEvery: "evalevery evalinterval validationinterval checkvaleverynepoch",
  logEvery: "loginterval logeverynsteps verbose",
  checkpointEvery: "saveevery saveinterval savesteps",
  patience: "earlystopping earlystoppingpatience",
  validation: "validationdata valdata evalset",
  latent:
    "nlatent latentdim latentdims latentsize latentdimension latentdimensions zdim dimz nz ndimlatent codesize",
  hidden: "nhidden hiddendim hiddendims hiddenlayers hiddenlayersizes hiddensizes hiddenunits nlayers layers",
  inputShape: "inputdim inputsize inputdims nfeatures",
  channels: "filters nfilters",
  kernel: "kernelsize filtersize",
  stride: "strides",
};

/** Other name → settings that may be meant by it. */
export const SYNONYMS: ReadonlyMap<string, readonly string[]> = synonyms();

function synonyms(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, others] of Object.entries(OTHER_NAMES))
    for (const other of others.split(" ")) found.set(other, [...(found.get(other) ?? []), name]);
  return found;
}
