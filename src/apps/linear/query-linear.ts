import * as z from "zod";
import { RequestError } from "../../errors.js";
import type { RequestFunction } from "../../ports/request.js";
import { readAnswer } from "../internal/read-answer.js";

const PATH = "/graphql";

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string() })).default([]),
});

/** A document and its variables: values never become part of the document. */
export interface LinearQuery {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Sends a GraphQL document and returns its `data`. Linear reports errors with status 200 when part of the document
 * could be answered: half an answer is not passed off as a whole one.
 *
 * Source: https://linear.app/developers/graphql, https://spec.graphql.org/October2021/#sec-Response-Format
 *
 * @throws RequestError `REQUEST_FAILED` with Linear's messages; and what `request` throws
 */
export async function queryLinear(
  request: RequestFunction,
  { query, variables = {} }: LinearQuery,
): Promise<Readonly<Record<string, unknown>>> {
  const options = { method: "POST", json: { query, variables } };
  const { data, errors } = await readAnswer(request, PATH, answer, options);
  if (errors.length === 0 && data) return data;
  const messages = errors.map(({ message }) => message).join("; ");
  throw new RequestError(
    "REQUEST_FAILED",
    `Linear refused: ${messages === "" ? "no reason given" : messages}`,
    {
      method: "POST",
      url: PATH,
      status: 200,
      body: messages,
    },
  );
}
