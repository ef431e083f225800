import type { CommandName } from './arguments.ts';
import type { Output } from './output.ts';
import { targetHelp } from './target-options.ts';

/** The whole help, or that of one command. */
export function helpText(topic: CommandName | null, output: Output): string {
  const { bold } = output.terminal.colors;
  return (topic === null ? overview : topics[topic]).replace(/^([A-Z][a-z]+(?: [a-z]+)*)$/gm, (heading) => bold(heading));
}

const overview = `lockstep – PostgreSQL migrations, the up and the down together

Usage
  lockstep check [path …]        say what is unsafe in migrations, without a database
  lockstep dry-run [migration]   run up, down and up again on an embedded PostgreSQL
  lockstep new <name>            the files of the next migration, up and down
  lockstep down [migration]      write the down of a migration, and prove it
  lockstep generate <name>       what the declared schema asks for, with its down and a dry run
  lockstep dry-run --all         the same for every migration of a history
  lockstep drift                 what a server, a Neon branch or the declared schema has that the
                                 history has not
  lockstep explain <file>        which locks each statement takes, what it rewrites and scans
  lockstep stats                 how large the tables of a server are, for estimates in dry runs
  lockstep import-squawk         lockstep.config.json from a .squawk.toml
  lockstep doctor                what Lockstep finds here, and what it lacks
  lockstep lsp --stdio           serve an editor

Common options
  --format pretty|json           how to print the report            (default: pretty)
  --fail-on error|warning|information
                                 findings that make the exit code 1 (default: warning)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too
  -h, --help                     this text, or a command's: lockstep check --help
  -v, --version                  the version

Exit codes
  0   clean
  1   findings, or a down that does not bring everything back
  2   it could not be done: wrong usage, unreadable files, no database
  130 cancelled with Ctrl-C

Examples
  npx lockstep check
  npx lockstep check prisma/migrations --fail-on error
  npx lockstep check --format json > findings.json
  npx lockstep dry-run 0012_order_currency
  npx lockstep new add_status_to_orders
  npx lockstep down 0012_order_currency --write

Layouts (Drizzle, Prisma, plain SQL pairs) are recognised by their files; lockstep.config.json
holds what a team decided, and nothing needs it.
`;

const topics: Readonly<Record<CommandName, string>> = {
  check: `lockstep check [path …] – say what is unsafe in migrations, without a database

Usage
  lockstep check                 every migration below this folder
  lockstep check <folder>        every migration below that folder
  lockstep check <file>          one script; what the project knows still counts
                                 A file that belongs to no migration is checked as SQL on its own.

Options
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --fail-on error|warning|information
                                 the least severity that makes the exit code 1 (default: warning)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Silencing a finding
  -- lockstep-ignore <rule>: why it is fine here
                                 on the line above the statement, or on its own line

Exit codes
  0 clean · 1 findings or problems with a folder · 2 it could not be done
`,
  'dry-run': `lockstep dry-run [migration] – see what a migration really does

Replays the history on an embedded PostgreSQL, fills the tables with a few rows, then runs
the up, the down and the up again, statement by statement. It tells which locks were taken
and for how long, what was rewritten and scanned, how the schema changed, and what the down
did not bring back. A container, a Neon branch or a scratch database on a server of yours
can take the place of the embedded one. No database is touched that was there before.

Usage
  lockstep dry-run               the newest migration of this project
  lockstep dry-run <migration>   by its id (0012_order_currency), number (12), name or file
  lockstep dry-run <folder>      the newest migration of that folder
  lockstep dry-run --all [folder]
                                 every migration in order, one line each and the sum last
  lockstep dry-run --since <revision> [folder]
                                 those that git calls new or changed since then

Options
${targetHelp}
  --probe                        keep reading and writing the tables from other sessions while the up
                                 runs, and tell how long each really waited; not on embedded
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --fail-on error|warning|information
                                 findings, unless withdrawn by the run, that make the exit code 1
                                 (default: warning)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 everything came back and nothing stands against it · 1 it did not, or findings stand
  2 it could not be run · 130 cancelled with Ctrl-C
`,
  down: `lockstep down [migration] – write the down of a migration, and prove it

Runs the up on an embedded PostgreSQL, statement by statement, and writes what leads back to
the catalog as it was just before each. Every inverse is tried at once, and the whole pair makes
a round trip: up, down, up again. What cannot be brought back is said in the file.

Usage
  lockstep down                  the newest migration of this project, printed
  lockstep down <migration>      by its id (0012_order_currency), number (12), name or file
  lockstep down 12 --write       written where it belongs; never over a down that has statements
  lockstep down 12 --keep-aside  with an up that moves or copies away what it would lose

Options
  --write                        write the file instead of printing it
  --keep-aside                   rewrite the up, too, so that rows, tables and columns that it takes
                                 away come back; only for a migration that has not been applied yet
${targetHelp}
  --format pretty|json           the SQL alone, or with what was learnt about it (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 everything comes back · 1 something does not, as the comments say
  2 it could not be generated · 130 cancelled with Ctrl-C
`,
  new: `lockstep new <name> – the files of the next migration, up and down

Finds the next number or timestamp, and writes both sides the way the folder's tool wants them,
with its bookkeeping. All or nothing: when something fails, the folder is as it was.

Usage
  lockstep new add_status_to_orders
                                 in the only folder of migrations of this project
  lockstep new add_status_to_orders apps/billing/migrations
                                 in that folder, which may be empty
  lockstep new --template add-column --answer table=orders --answer column=status --answer type=text
                                 from a template, which proposes the name; docs/templates.md lists
                                 them, and an answer that is missing is asked for by its error

Options
  --template <id>                begin with a template: built in, or of .lockstep/templates
  --answer <question>=<answer>   the answer to one of its questions; several columns with commas
${targetHelp}
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 written · 2 it could not be done, and nothing was written
`,
  generate: `lockstep generate <name> – what the declared schema asks for

Lets the workspace's own drizzle-kit compare the schema with the migrations, on a copy; writes the
down, proves the pair by a dry run and prints all of it. Whether something was renamed is said by
--answer or asked in the terminal, never guessed. The folder changes only with --write.

Usage
  lockstep generate add_status_to_orders
  lockstep generate add_status_to_orders apps/shop/drizzle --write

Options
  --write                        write the migration, its down and the bookkeeping
  --answer <new>=<old>           <new> was renamed from <old>; <new>=+ says that it is new
${targetHelp}
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 the down brings everything back, or there is nothing to generate · 1 it does not
  2 it could not be done, and nothing was written · 130 cancelled with Ctrl-C
`,
  doctor: `lockstep doctor – what Lockstep finds here, and what it lacks

Lists the folders of migrations with their layouts and problems, the configuration, the main
branch and the tools that they need, and which targets a dry run can use here. Starts no database.

Usage
  lockstep doctor [folder]

Options
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 all is well · 1 there are problems · 2 it could not look
`,
  stats: `lockstep stats – how large the tables of a server are

Reads rows, bytes and index bytes of every table in one read-only transaction; no row is read,
and nothing but these sizes is kept. With --write they become lockstep.stats.json, from which a
dry run on made-up rows estimates how long reads and rewrites take on the real tables.

Usage
  lockstep stats [--url-env <name>]
                                 the database whose connection that environment variable holds
                                 (default: LOCKSTEP_DATABASE_URL)

Options
  --write                        write lockstep.stats.json beside lockstep.config.json
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 captured · 2 it could not be done
`,
  drift: `lockstep drift – what differs from what the history yields

Replays the history of a folder and compares the catalog that it leads to, object by object,
with that of a server or a Neon branch, or with what the Drizzle schema declares. Says what
differs as DDL. Server and branch are read in read-only transactions; nothing in them changes,
and no branch is made.

Usage
  lockstep drift --url-env <name> [folder]
                                 the database whose connection that environment variable holds
  lockstep drift --neon [folder] the branch that lockstep.config.json or the .neon file names, else the
                                 default one; the key is in NEON_API_KEY
  lockstep drift --neon-branch <name> [folder]
                                 another branch of the project, by name or id
  lockstep drift --schema [folder]
                                 what drizzle-kit makes of the schema files, in a temporary copy

Options
  --target embedded|container|url
                                 where the history is replayed (default: embedded); url makes a
                                 scratch database on the same server
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 nothing differs · 1 something does · 2 it could not be compared · 130 cancelled with Ctrl-C
`,
  explain: `lockstep explain <file> – what each statement does to a running database

Says of every statement of a file, before anything runs: the locks on each table that exists and
whom they block, what it writes anew or reads whole, whether it can run in a transaction, and the
lock_timeout in force. The claims are those that the test suite compares with PostgreSQL 14–18.

Usage
  lockstep explain <file>        one file of a migration, or any file with SQL

Options
  --format pretty|json, --json   pretty for people, json for programs (default: pretty)
  --color, --no-color            colours; NO_COLOR and FORCE_COLOR are honoured too

Exit codes
  0 explained · 2 it could not be read
`,
  'import-squawk': `lockstep import-squawk [folder] – lockstep.config.json from a .squawk.toml

Writes what a .squawk.toml means into a lockstep.config.json beside it, and says what has no
counterpart. Nothing is needed for a .squawk.toml to count: without a configuration of
Lockstep's own it is honoured as it stands.

Usage
  lockstep import-squawk [folder]
                                 the folder that holds it (default: this one)

Exit codes
  0 written · 2 there is none, it cannot be read, or lockstep.config.json exists
`,
  lsp: `lockstep lsp --stdio – serve an editor

A language server for migrations: diagnostics with quick fixes, hovers and code lenses, for
every editor that speaks the language server protocol over standard input and output.

Usage
  lockstep lsp --stdio
`,
};
