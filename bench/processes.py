"""What processes cost, read from /proc."""

import collections
import os
import pathlib


def cpu_seconds(pid: int) -> float:
    """Of a process and of all that it started, those that have ended and were waited for too."""
    own, dead, children = {}, {}, collections.defaultdict(list)
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        each = int(stat.parent.name)
        own[each], dead[each] = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        children[int(fields[1])].append(each)
    ticks, left = 0, [pid]
    while left:
        each = left.pop()
        ticks += own.get(each, 0) + dead.get(each, 0)
        left += children[each]
    return ticks / os.sysconf("SC_CLK_TCK")
