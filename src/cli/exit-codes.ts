/** What the command's exit codes mean; docs/command.md has the same table. */

/** One exit code. */
export interface ExitCode {
  readonly code: number;
  /** For the help. */
  readonly short: string;
  /** For the docs. */
  readonly meaning: string;
}

/** Everything went well. */
export const EXIT_DONE = 0;
/** Something failed. */
export const EXIT_FAILED = 1;
/** The command line is wrong. */
export const EXIT_USAGE = 2;
/** Two runs of one trial on one kind of adapter ended in different bits. */
export const EXIT_DIFFER = 3;
/** The trial was stopped and kept, or given back by its worker; EX_TEMPFAIL of sysexits.h: start it again. */
export const EXIT_STOPPED = 75;
/** The user ended the command. */
export const EXIT_INTERRUPTED = 130;

/** All of them. */
export const EXIT_CODES: readonly ExitCode[] = [
  { code: EXIT_DONE, short: 'done', meaning: 'Done; every check passed' },
  {
    code: EXIT_FAILED,
    short: 'failed',
    meaning: 'The run failed, or a check did not pass',
  },
  {
    code: EXIT_USAGE,
    short: 'wrong command line',
    meaning: 'The command line is wrong, or a place to write to does not exist; nothing was run',
  },
  {
    code: EXIT_DIFFER,
    short: 'digests differ',
    meaning: 'A trial of a sweep ended in other bits than before on the same kind of adapter',
  },
  {
    code: EXIT_STOPPED,
    short: 'stopped, start again',
    meaning: '`trial`, `worker`: ended by Ctrl+C, SIGTERM or SIGHUP; started again, it goes on',
  },
  {
    code: EXIT_INTERRUPTED,
    short: 'interrupted',
    meaning: 'Ended by Ctrl+C, SIGTERM or SIGHUP',
  },
];
