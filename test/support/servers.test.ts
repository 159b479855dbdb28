import { Redis } from "ioredis";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { expect, it } from "vitest";
import { describeOn, mysqlDatabase, postgresqlDatabase, redisPrefix } from "./servers.js";

describeOn("postgresql", "a database of one's own", (serverUrl) => {
  it("is there until it is dropped", async () => {
    const { url, drop } = await postgresqlDatabase(serverUrl);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("select current_database() as name");
    expect(url).toContain(rows[0]?.name);
    await client.end();
    await drop();
    await expect(new pg.Client({ connectionString: url }).connect()).rejects.toMatchObject({ code: "3D000" });
  });
});

describeOn("mysql", "a database of one's own", (serverUrl) => {
  it("is there until it is dropped", async () => {
    const { url, drop } = await mysqlDatabase(serverUrl);
    const connection = await createConnection(url);
    await connection.query("create table things (id integer)");
    await connection.end();
    await drop();
    await expect(createConnection(url)).rejects.toMatchObject({ code: "ER_BAD_DB_ERROR" });
  });
});

describeOn("redis", "a prefix of one's own", (serverUrl) => {
  it("takes along what is below it, and nothing else", async () => {
    const [mine, other] = [redisPrefix(serverUrl), redisPrefix(serverUrl)];
    const client = new Redis(serverUrl);
    await client.mset(`{${mine.prefix}}:a`, "1", `{${other.prefix}}:a`, "1");
    await mine.drop();
    expect(await client.mget(`{${mine.prefix}}:a`, `{${other.prefix}}:a`)).toEqual([null, "1"]);
    await other.drop();
    client.disconnect();
  });
});
