import { EmptySchema } from './proto/common_pb.ts';
import * as control from './proto/control_pb.ts';
import * as gateway from './proto/gateway_pb.ts';

const CONTROL = '/moby.buildkit.v1.Control';
const BRIDGE = '/moby.buildkit.v1.frontend.LLBBridge';

/** The methods of moby.buildkit.v1.Control: what an engine's builder is asked. */
export const Control = {
  Solve: {
    path: `${CONTROL}/Solve`,
    input: control.SolveRequestSchema,
    output: control.SolveResponseSchema,
  },
  Status: {
    path: `${CONTROL}/Status`,
    input: control.StatusRequestSchema,
    output: control.StatusResponseSchema,
  },
  Info: {
    path: `${CONTROL}/Info`,
    input: control.InfoRequestSchema,
    output: control.InfoResponseSchema,
  },
  ListWorkers: {
    path: `${CONTROL}/ListWorkers`,
    input: control.ListWorkersRequestSchema,
    output: control.ListWorkersResponseSchema,
  },
  DiskUsage: {
    path: `${CONTROL}/DiskUsage`,
    input: control.DiskUsageRequestSchema,
    output: control.DiskUsageResponseSchema,
  },
  Prune: {
    path: `${CONTROL}/Prune`,
    input: control.PruneRequestSchema,
    output: control.UsageRecordSchema,
  },
  ListenBuildHistory: {
    path: `${CONTROL}/ListenBuildHistory`,
    input: control.BuildHistoryRequestSchema,
    output: control.BuildHistoryEventSchema,
  },
  UpdateBuildHistory: {
    path: `${CONTROL}/UpdateBuildHistory`,
    input: control.UpdateBuildHistoryRequestSchema,
    output: control.UpdateBuildHistoryResponseSchema,
  },
} as const;

/** The methods of moby.buildkit.v1.frontend.LLBBridge, by which a client takes the part of a build's frontend. */
export const Bridge = {
  Ping: { path: `${BRIDGE}/Ping`, input: EmptySchema, output: gateway.PongResponseSchema },
  Solve: {
    path: `${BRIDGE}/Solve`,
    input: gateway.SolveRequestSchema,
    output: gateway.SolveResponseSchema,
  },
  Return: { path: `${BRIDGE}/Return`, input: gateway.ReturnRequestSchema, output: EmptySchema },
  NewContainer: {
    path: `${BRIDGE}/NewContainer`,
    input: gateway.NewContainerRequestSchema,
    output: EmptySchema,
  },
  ReleaseContainer: {
    path: `${BRIDGE}/ReleaseContainer`,
    input: gateway.ReleaseContainerRequestSchema,
    output: EmptySchema,
  },
  ExecProcess: {
    path: `${BRIDGE}/ExecProcess`,
    input: gateway.ExecMessageSchema,
    output: gateway.ExecMessageSchema,
  },
} as const;
