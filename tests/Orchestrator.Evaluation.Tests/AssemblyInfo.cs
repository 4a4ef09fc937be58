// libtorch's number of threads belongs to the process, and figures depend on it to the last bit.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
