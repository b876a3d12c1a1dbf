import type { Command, CommanderError } from 'commander';
import { unknownName } from '../../harness/config/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';

/**
 * An error of commander in the form of every other message: the allowed values, then the value
 * received.
 *
 * @param command - The one whose arguments are wrong.
 * @returns The same error where it is none, e.g. after showing help.
 */
export function usageError(error: CommanderError, command: Command): Error {
  const quoted = /'(.*?)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownCommand': {
      const names = command.commands.map((one) => one.name());
      return unknownName('command', quoted, names);
    }
    case 'commander.unknownOption':
      return unknownName(`option of ${command.name()}`, quoted, optionsOf(command));
    case 'commander.missingArgument': {
      const argument = command.registeredArguments.find((one) => one.name() === quoted);
      return new ConfigError(
        `${command.name()} needs <${quoted}>: ${argument?.description}. Received nothing`,
      );
    }
    case 'commander.missingMandatoryOptionValue': {
      const option = command.options.find(({ flags }) => flags === quoted);
      return new ConfigError(
        `${command.name()} needs ${quoted}: ${option?.description}. Received nothing`,
      );
    }
    case 'commander.optionMissingArgument':
      return new ConfigError(`${quoted} needs a value. Received nothing`);
    case 'commander.conflictingOption': {
      const [first, second] = [...error.message.matchAll(/'(.*?)'/g)].map(([, flags]) => flags);
      return new ConfigError(`give ${first} or ${second}. Received both`);
    }
    case 'commander.excessArguments': {
      const names = command.registeredArguments.map((one) => `<${one.name()}>`);
      const received = command.args.map((text) => JSON.stringify(text)).join(', ');
      return new ConfigError(
        `${command.name()} takes ${names.join(' ') || 'options alone'}. Received ${received}`,
      );
    }
    default:
      return error.exitCode === 0 || error.code === 'commander.help'
        ? error
        : new ConfigError(error.message.replace(/^error: /, ''));
  }
}

function optionsOf(command: Command): string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
}
