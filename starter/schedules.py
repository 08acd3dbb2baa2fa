"""Setting schedules of the engine up, changing them, and taking them away."""

from temporalio.client import (
    Client,
    Schedule,
    ScheduleAlreadyRunningError,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode


async def put_schedule(client: Client, name: str, schedule: Schedule, *, at_once: bool = False) -> None:
    """Sets the schedule up, or changes the one of this name; with `at_once` a new one runs now, too."""

    def changed(_: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule=schedule)

    try:
        await client.create_schedule(name, schedule, trigger_immediately=at_once)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(changed)


async def drop_schedule(client: Client, name: str) -> bool:
    """Takes the schedule away; whether there was one."""
    try:
        await client.get_schedule_handle(name).delete()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True
