import type { Rule } from '../rule.ts';
import { archiveNotUnpacked } from './archiveNotUnpacked.ts';
import { argNotInStage } from './argNotInStage.ts';
import { cacheBustingOrder } from './cacheBustingOrder.ts';
import { cmdIgnored } from './cmdIgnored.ts';
import { commaBetweenArguments } from './commaBetweenArguments.ts';
import { composeHealthcheck } from './composeHealthcheck.ts';
import { definedAfterUse } from './definedAfterUse.ts';
import { fileForDirectory } from './fileForDirectory.ts';
import { heredocWithoutExit } from './heredocWithoutExit.ts';
import { hostDependencies } from './hostDependencies.ts';
import { installAsUser } from './installAsUser.ts';
import { lineInExecForm } from './lineInExecForm.ts';
import { lostShellState } from './lostShellState.ts';
import { movedTag } from './movedTag.ts';
import { oldSyntax } from './oldSyntax.ts';
import { operatorInExecForm } from './operatorInExecForm.ts';
import { overriddenInstruction } from './overriddenInstruction.ts';
import { ownerByName } from './ownerByName.ts';
import { packageCache } from './packageCache.ts';
import { pathReplaced } from './pathReplaced.ts';
import { removedTooLate } from './removedTooLate.ts';
import { repeatedKeyword } from './repeatedKeyword.ts';
import { scriptNotRunnable } from './scriptNotRunnable.ts';
import { swallowedInstruction } from './swallowedInstruction.ts';
import { secretInLayer } from './secretInLayer.ts';
import { brokenArray } from './brokenArray.ts';
import { sourceNotFound } from './sourceNotFound.ts';
import { tildeNotExpanded } from './tildeNotExpanded.ts';
import { unreproducibleArg } from './unreproducibleArg.ts';
import { unusedStage } from './unusedStage.ts';
import { updateAlone } from './updateAlone.ts';
import { userBeforeCreation } from './userBeforeCreation.ts';
import { variableInExecForm } from './variableInExecForm.ts';

/** Our own: what BuildKit's checks and hadolint's rules say nothing of, and people lose hours over. */
export const STEVEDORE_RULES: readonly Rule[] = [
  sourceNotFound,
  argNotInStage,
  definedAfterUse,
  lostShellState,
  userBeforeCreation,
  installAsUser,
  updateAlone,
  heredocWithoutExit,
  secretInLayer,
  hostDependencies,
  cacheBustingOrder,
  fileForDirectory,
  oldSyntax,
  ownerByName,
  archiveNotUnpacked,
  tildeNotExpanded,
  brokenArray,
  lineInExecForm,
  variableInExecForm,
  operatorInExecForm,
  commaBetweenArguments,
  repeatedKeyword,
  swallowedInstruction,
  composeHealthcheck,
  cmdIgnored,
  scriptNotRunnable,
  pathReplaced,
  overriddenInstruction,
  packageCache,
  removedTooLate,
  unusedStage,
  movedTag,
  unreproducibleArg,
];
