declare module "oauthorize" {
  import type { RequestHandler } from "express";

  type Issued = (
    error: Error | null,
    token?: string,
    secret?: string,
    params?: Record<string, string>,
  ) => void;
  interface OAuthorize {
    requestToken(issue: (consumer: unknown, callbackUrl: string, issued: Issued) => void): RequestHandler;
    accessToken(
      verify: (
        token: string,
        verifier: string,
        verified: (error: Error | null, ok?: boolean) => void,
      ) => void,
      issue: (consumer: unknown, token: string, issued: Issued) => void,
    ): RequestHandler;
  }
  const oauthorize: OAuthorize;
  export = oauthorize;
}

declare module "passport-http-oauth" {
  import type { Request } from "express";

  /** What passport would call; here the test's server does. */
  interface Strategy {
    authenticate(request: Request): void;
    success(user: object, info: object): void;
    fail(challenge: string | number, status?: number): void;
    error(error: Error): void;
  }

  type Consumer = (
    key: string,
    found: (error: Error | null, consumer?: object | false, secret?: string) => void,
  ) => void;
  type Validate = (
    timestamp: string,
    nonce: string,
    validated: (error: Error | null, valid: boolean) => void,
  ) => void;
  interface Strategies {
    ConsumerStrategy: new (
      consumer: Consumer,
      token: (token: string, found: (error: Error | null, secret?: string | false) => void) => void,
      validate: Validate,
    ) => Strategy;
    TokenStrategy: new (
      consumer: Consumer,
      token: (
        token: string,
        found: (error: Error | null, user?: object | false, secret?: string) => void,
      ) => void,
      validate: Validate,
    ) => Strategy;
  }
  const strategies: Strategies;
  export = strategies;
}
