import type { Rule } from '../rule.ts';
import { consistentInstructionCasing } from './consistentInstructionCasing.ts';
import { copyIgnoredFile } from './copyIgnoredFile.ts';
import { duplicateStageName } from './duplicateStageName.ts';
import { exposeInvalidFormat } from './exposeInvalidFormat.ts';
import { exposeProtoCasing } from './exposeProtoCasing.ts';
import { fromAsCasing } from './fromAsCasing.ts';
import { fromPlatformFlagConstDisallowed } from './fromPlatformFlagConstDisallowed.ts';
import { invalidBaseImagePlatform } from './invalidBaseImagePlatform.ts';
import { invalidDefaultArgInFrom } from './invalidDefaultArgInFrom.ts';
import { invalidDefinitionDescription } from './invalidDefinitionDescription.ts';
import { jsonArgsRecommended } from './jsonArgsRecommended.ts';
import { legacyKeyValueFormat } from './legacyKeyValueFormat.ts';
import { maintainerDeprecated } from './maintainerDeprecated.ts';
import { multipleInstructionsDisallowed } from './multipleInstructionsDisallowed.ts';
import { noEmptyContinuation } from './noEmptyContinuation.ts';
import { redundantTargetPlatform } from './redundantTargetPlatform.ts';
import { reservedStageName } from './reservedStageName.ts';
import { secretsUsedInArgOrEnv } from './secretsUsedInArgOrEnv.ts';
import { stageNameCasing } from './stageNameCasing.ts';
import { undefinedArgInFrom } from './undefinedArgInFrom.ts';
import { undefinedVar } from './undefinedVar.ts';
import { workdirRelativePath } from './workdirRelativePath.ts';

/** BuildKit's checks (docs.docker.com/reference/build-checks), in the order of their names. */
export const BUILDKIT_RULES: readonly Rule[] = [
  consistentInstructionCasing,
  copyIgnoredFile,
  duplicateStageName,
  exposeInvalidFormat,
  exposeProtoCasing,
  fromAsCasing,
  fromPlatformFlagConstDisallowed,
  invalidBaseImagePlatform,
  invalidDefaultArgInFrom,
  invalidDefinitionDescription,
  jsonArgsRecommended,
  legacyKeyValueFormat,
  maintainerDeprecated,
  multipleInstructionsDisallowed,
  noEmptyContinuation,
  redundantTargetPlatform,
  reservedStageName,
  secretsUsedInArgOrEnv,
  stageNameCasing,
  undefinedArgInFrom,
  undefinedVar,
  workdirRelativePath,
];
