"""More machines: jobs that are painted by the workers of a Dask scheduler.

- ``work``: the work of a worker.
- ``luggage``: how pictures travel, over the network or through a shared folder.
- ``scheduler``: the scheduler and its workers, as this machine sees them.
- ``local``: a scheduler and workers on this machine, for trying.

The package ``distributed`` is optional. It is loaded when a farm is used.
"""
