import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Slurm of one node, with its files in a folder; needs root. */
export class Slurm {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#env = {
      ...process.env,
      PATH: `${process.env.PATH}:/usr/sbin`,
      SLURM_CONF: join(folder, 'slurm.conf'),
    };
  }

  /** @param ports two free ones */
  static async start(folder: string, ports: readonly [number, number]): Promise<Slurm> {
    const slurm = new Slurm(folder);
    const at = (name: string): string => join(folder, name);
    // munged refuses folders that others may write to.
    await chmod(folder, 0o755);
    await mkdir(at('state'));
    await mkdir(at('spool'));
    await writeFile(at('munge.key'), randomBytes(1024), { mode: 0o400 });
    await writeFile(at('slurm.conf'), configuration(folder, ports));
    slurm.run('munged', [
      ...['--force', `--socket=${at('munge.sock')}`, `--key-file=${at('munge.key')}`],
      ...[`--pid-file=${at('munged.pid')}`, `--log-file=${at('munged.log')}`],
      `--seed-file=${at('munged.seed')}`,
    ]);
    slurm.run('slurmctld', []);
    slurm.run('slurmd', []);
    for (let i = 0; i < 60; i++) {
      if (/\bidle\b/.test(slurm.run('sinfo', ['-h', '-o', '%T']))) return slurm;
      await pause(500);
    }
    throw new Error(`Slurm's node is not idle: ${readFileSync(at('slurmctld.log'), 'utf8')}`);
  }

  /** Runs a program of Slurm, and gives what it prints. */
  run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      encoding: 'utf8',
      cwd: this.#folder,
      env: { ...this.#env, ...env },
      // A daemon keeps the pipes open.
      ...(/d$/.test(program) ? { stdio: 'ignore' as const } : {}),
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? stderr}`);
    return stdout ?? '';
  }

  /** Lets a job that waits for its time start. One that has just started needs nothing. */
  startNow(job: string): void {
    try {
      this.run('scontrol', ['update', `JobId=${job}`, 'StartTime=now']);
    } catch (error) {
      if (!/no longer pending/.test(String(error))) throw error;
    }
  }

  /** Ends its daemons. */
  stop(): void {
    for (const name of ['slurmd', 'slurmctld', 'munged']) {
      const file = join(this.#folder, `${name}.pid`);
      if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')), 'SIGTERM');
    }
  }
}

const configuration = (folder: string, [control, node]: readonly [number, number]): string => `
ClusterName=test
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${control}
SlurmdPort=${node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/linear
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ReturnToService=2
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:2
`;
