"""Merges that come while others are deployed: none is lost, and none waits for prod's reviewer but at prod.

GitHub's rules, played through: of a concurrency group one job runs; of those that wait the last one only is
kept, unless the group has `queue: max`; a job that waits for a reviewer holds its group
(docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency).
"""

import re
from pathlib import Path

import yaml

WORKFLOWS = Path(__file__).resolve().parents[2] / ".github/workflows"


def jobs(name, inputs=None, group=None):
    """The jobs of a workflow in their order, with the groups that each must have, the run's own first."""
    workflow = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    run = [*(group or []), *groups(workflow, inputs)]
    for key, job in workflow["jobs"].items():
        if "uses" in job:
            yield from jobs(Path(job["uses"]).name, job.get("with"), [*run, *groups(job, inputs)])
        else:
            environment = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: (inputs or {})[found[1]], job.get("environment", ""))
            yield f"{key} {environment}".strip(), environment, run, groups(job, inputs)


def groups(of, inputs):
    found = of.get("concurrency")
    if found is None:
        return []
    assert found.get("cancel-in-progress") is False, f"{found}: a deployment that runs would be cut off"
    name = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: (inputs or {})[match[1]], found["group"])
    return [(name, found.get("queue") == "max")]


def play(merges):
    """The jobs that each of so many merges got to, when they all come at once and prod's reviewer never does."""
    plan = list(jobs("deploy.yml"))
    held, waiting, done, lost = {}, {}, {merge: [] for merge in range(merges)}, set()
    at = dict.fromkeys(range(merges), 0)
    moved = True
    while moved:
        moved = False
        for merge in range(merges):
            if merge in lost or at[merge] == len(plan):
                continue
            name, environment, run, own = plan[at[merge]]
            for group, keeps_all in run + own:
                holder = held.setdefault(group, merge)
                if holder != merge:
                    others = waiting.setdefault(group, [])
                    if merge not in others:
                        if others and not keeps_all:
                            lost.add(others.pop())
                        others.append(merge)
                    break
            else:
                if environment == "prod":
                    continue
                done[merge].append(name)
                at[merge] += 1
                moved = True
                for group, _ in own:
                    held.pop(group)
                    waiting.pop(group, None)
    return done, lost


def main():
    done, lost = play(4)
    assert not lost, f"merges {sorted(lost)} were cancelled while they waited"
    for merge, names in done.items():
        assert [name for name in names if name.endswith(("dev", "staging"))] == ["deploy dev", "deploy staging"], f"merge {merge} got to {names} only"
    rollback = [groups for _, _, run, own in jobs("rollback.yml", {"environment": "prod"}) for groups in run + own]
    deploy = [groups for name, _, run, own in jobs("deploy.yml") if name.endswith("prod") for groups in run + own]
    assert {name for name, _ in rollback} & {name for name, _ in deploy}, "a rollback and a deployment of prod could run at once"
    print(f"queues: {len(done)} merges at once all reach dev and staging while prod waits for its reviewer")


if __name__ == "__main__":
    main()
