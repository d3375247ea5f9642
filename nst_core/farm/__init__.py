"""Several machines: the workers of a Dask scheduler paint jobs.

- ``work``: paints a job on a worker.
- ``payload``: sends pictures, over the network or through a shared folder.
- ``scheduler``: sends jobs to the scheduler, and waits for the results of its workers.
- ``local``: starts a scheduler and workers on this machine, to try a farm.

The package ``distributed`` is optional. It is imported when a farm is used.
"""
