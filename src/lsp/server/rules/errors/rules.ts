import { beforeFrom } from './beforeFrom.ts';
import { blankName } from './blankName.ts';
import { circularDependency } from './circularDependency.ts';
import { duplicateFlag } from './duplicateFlag.ts';
import { emptyCommand } from './emptyCommand.ts';
import { emptyImage } from './emptyImage.ts';
import { emptyVolume } from './emptyVolume.ts';
import { extraArgument } from './extraArgument.ts';
import { heredocDestination } from './heredocDestination.ts';
import { invalidCheck } from './invalidCheck.ts';
import { invalidChecksum } from './invalidChecksum.ts';
import { invalidGitSource } from './invalidGitSource.ts';
import { invalidChmod } from './invalidChmod.ts';
import { invalidDuration } from './invalidDuration.ts';
import { invalidEpoch } from './invalidEpoch.ts';
import { invalidEscape } from './invalidEscape.ts';
import { invalidFlagValue } from './invalidFlagValue.ts';
import { invalidHealthcheck } from './invalidHealthcheck.ts';
import { invalidImage } from './invalidImage.ts';
import { invalidMount } from './invalidMount.ts';
import { invalidMountValue } from './invalidMountValue.ts';
import { invalidNetwork } from './invalidNetwork.ts';
import { invalidPlatform } from './invalidPlatform.ts';
import { invalidPort } from './invalidPort.ts';
import { invalidRetries } from './invalidRetries.ts';
import { invalidSecurity } from './invalidSecurity.ts';
import { invalidSignal } from './invalidSignal.ts';
import { invalidStageName } from './invalidStageName.ts';
import { invalidSubstitution } from './invalidSubstitution.ts';
import { invalidTrigger } from './invalidTrigger.ts';
import { jsonNotStrings } from './jsonNotStrings.ts';
import { laterStage } from './laterStage.ts';
import { lineTooLong } from './lineTooLong.ts';
import { missingArgument } from './missingArgument.ts';
import { missingEquals } from './missingEquals.ts';
import { missingMountTarget } from './missingMountTarget.ts';
import { noStage } from './noStage.ts';
import { remoteCopySource } from './remoteCopySource.ts';
import { repeatedDirective } from './repeatedDirective.ts';
import { shellNotJson } from './shellNotJson.ts';
import { unclosedQuote } from './unclosedQuote.ts';
import { unknownFlag } from './unknownFlag.ts';
import { unknownInstruction } from './unknownInstruction.ts';
import { unknownMountKey } from './unknownMountKey.ts';
import { unknownMountType } from './unknownMountType.ts';
import { unknownStage } from './unknownStage.ts';
import { unsupportedDevice } from './unsupportedDevice.ts';
import { unterminatedHeredoc } from './unterminatedHeredoc.ts';
import { variableInFrom } from './variableInFrom.ts';
import type { Rule } from '../rule.ts';

/** What BuildKit refuses to build. */
export const ERROR_RULES: readonly Rule[] = [
  noStage,
  beforeFrom,
  unknownInstruction,
  missingArgument,
  extraArgument,
  missingEquals,
  blankName,
  jsonNotStrings,
  shellNotJson,
  unterminatedHeredoc,
  heredocDestination,
  lineTooLong,
  repeatedDirective,
  invalidEscape,
  invalidCheck,
  unclosedQuote,
  invalidSubstitution,
  unknownFlag,
  duplicateFlag,
  invalidFlagValue,
  invalidChmod,
  invalidChecksum,
  invalidGitSource,
  invalidPlatform,
  invalidNetwork,
  invalidSecurity,
  unsupportedDevice,
  unknownMountType,
  unknownMountKey,
  invalidMountValue,
  invalidMount,
  missingMountTarget,
  emptyImage,
  invalidImage,
  invalidStageName,
  unknownStage,
  laterStage,
  circularDependency,
  variableInFrom,
  remoteCopySource,
  invalidTrigger,
  invalidHealthcheck,
  invalidDuration,
  invalidRetries,
  invalidPort,
  invalidSignal,
  emptyVolume,
  emptyCommand,
  invalidEpoch,
];
