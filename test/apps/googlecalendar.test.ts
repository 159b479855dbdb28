import { describe, expect, it } from "vitest";
import { googlecalendar } from "../../src/apps/googlecalendar.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const API = "https://www.googleapis.com/calendar/v3";
const times = {
  start: { dateTime: "2026-01-31T09:00:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-01-31T10:00:00+01:00" },
};

const golden: Readonly<Record<string, { args: unknown; method: string; url: string; body?: unknown }>> = {
  GOOGLECALENDAR_LIST_CALENDARS: {
    args: { minAccessRole: "writer" },
    method: "GET",
    url: `${API}/users/me/calendarList?minAccessRole=writer&maxResults=100`,
  },
  GOOGLECALENDAR_LIST_EVENTS: {
    args: { timeMin: "2026-01-31T00:00:00Z", timeMax: "2026-02-01T00:00:00+01:00", q: "stand-up" },
    method: "GET",
    url: `${API}/calendars/primary/events?timeMin=2026-01-31T00%3A00%3A00Z&timeMax=2026-02-01T00%3A00%3A00%2B01%3A00&q=stand-up&singleEvents=true&orderBy=startTime&maxResults=25`,
  },
  GOOGLECALENDAR_CREATE_EVENT: {
    args: { summary: "Stand-up", ...times, attendees: [{ email: "jane@example.com" }], sendUpdates: "all" },
    method: "POST",
    url: `${API}/calendars/primary/events?sendUpdates=all`,
    body: { summary: "Stand-up", ...times, attendees: [{ email: "jane@example.com" }] },
  },
  GOOGLECALENDAR_UPDATE_EVENT: {
    args: { calendarId: "team@group.calendar.google.com", eventId: "e1", location: "Room 1" },
    method: "PATCH",
    url: `${API}/calendars/team%40group.calendar.google.com/events/e1?sendUpdates=none`,
    body: { location: "Room 1" },
  },
  GOOGLECALENDAR_DELETE_EVENT: {
    args: { eventId: "e1", sendUpdates: "externalOnly" },
    method: "DELETE",
    url: `${API}/calendars/primary/events/e1?sendUpdates=externalOnly`,
  },
  GOOGLECALENDAR_QUERY_FREE_BUSY: {
    args: { timeMin: "2026-01-31T00:00:00Z", timeMax: "2026-02-01T00:00:00Z", items: [{ id: "primary" }] },
    method: "POST",
    url: `${API}/freeBusy`,
    body: { timeMin: "2026-01-31T00:00:00Z", timeMax: "2026-02-01T00:00:00Z", items: [{ id: "primary" }] },
  },
};

describe("googlecalendar", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(googlecalendar.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, expected) => {
    const { args, method, url, body = null } = expected;
    const { requests } = await runAction({ app: googlecalendar, action, args });
    expect(requests).toEqual([{ method, url, headers: {}, body }]);
  });

  it("creates an all-day event", async () => {
    const args = { summary: "Holiday", start: { date: "2026-01-31" }, end: { date: "2026-02-01" } };
    const { requests } = await runAction({
      app: googlecalendar,
      action: "GOOGLECALENDAR_CREATE_EVENT",
      args,
    });
    expect(requests).toMatchObject([{ body: args }]);
  });

  it.each([
    ["a range without an offset, which Google refuses", { timeMin: "2026-01-31T00:00:00" }, "timeMin"],
    ["a day for a time", { timeMin: "2026-01-31" }, "timeMin"],
    ["an empty calendar id", { calendarId: "", timeMin: "2026-01-31T00:00:00Z" }, "calendarId"],
  ])("refuses %s", (_case, args, path) => {
    expect(refusedBy(googlecalendar, "GOOGLECALENDAR_LIST_EVENTS", args)).toEqual([path]);
  });
});
