import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";
import { googleOAuth2 } from "./internal/google.js";

/** Source: https://developers.google.com/workspace/calendar/api/auth */
const SCOPE = "https://www.googleapis.com/auth/calendar";

const calendarId = z
  .string()
  .min(1)
  .default("primary")
  .describe("Id of the calendar, from GOOGLECALENDAR_LIST_CALENDARS; `primary` is the user's own.");
const eventId = z.string().min(1).describe("Id of the event, from GOOGLECALENDAR_LIST_EVENTS.");
const instant = z.iso.datetime({ offset: true });
const timeZone = z.string().describe("IANA time zone, such as `Europe/Berlin`.");
const pageToken = z
  .string()
  .optional()
  .describe("`nextPageToken` of the page before; leave out for the first.");

const eventTime = z.strictObject({
  dateTime: z.iso
    .datetime({ offset: true, local: true })
    .optional()
    .describe(
      "Date and time (RFC 3339, such as `2026-01-31T09:00:00+01:00`); without an offset, give `timeZone`.",
    ),
  date: z.iso
    .date()
    .optional()
    .describe("Date of an all-day event, such as `2026-01-31`, instead of `dateTime`."),
  timeZone: timeZone.optional(),
});

const eventFields = {
  summary: z.string().describe("Title of the event."),
  description: z.string().optional().describe("Text of the event; may hold HTML."),
  location: z.string().optional().describe("Where it is, free text."),
  start: eventTime.describe("When it starts: `dateTime`, or `date` for all day."),
  end: eventTime.describe("When it ends, exclusive: an all-day event of one day ends on the next."),
  attendees: z
    .array(
      z.strictObject({
        email: z.email().describe("The attendee's e-mail address."),
        optional: z.boolean().optional().describe("Whether attendance is optional."),
      }),
    )
    .max(200)
    .optional()
    .describe("Who is invited. On an update this replaces the whole list."),
  recurrence: z
    .array(z.string())
    .optional()
    .describe("RRULE, EXDATE or RDATE lines (RFC 5545), such as `RRULE:FREQ=WEEKLY;COUNT=5`."),
};
const sendUpdates = z
  .enum(["all", "externalOnly", "none"])
  .default("none")
  .describe("Which attendees get an e-mail about it.");

const listCalendars = defineAction({
  name: "GOOGLECALENDAR_LIST_CALENDARS",
  app: "googlecalendar",
  description:
    "Lists the calendars in the user's calendar list with id, title, time zone and access role. Use it to find the id of a calendar other than the primary one.",
  tags: ["calendars"],
  scopes: [`${SCOPE}.calendarlist.readonly`],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    minAccessRole: z
      .enum(["freeBusyReader", "reader", "writer", "owner"])
      .optional()
      .describe("Only calendars the user has at least this role for; `writer` may create events."),
    maxResults: z.number().int().min(1).max(250).default(100).describe("Calendars per page, 1 to 250."),
    pageToken,
  }),
  request: { method: "GET", path: "/users/me/calendarList" },
});

const listEvents = defineAction({
  name: "GOOGLECALENDAR_LIST_EVENTS",
  app: "googlecalendar",
  description:
    "Lists events of a calendar in a time range, each occurrence of a recurring event as its own event, in order of start time. Give `timeMin` and `timeMax`; add `q` to search titles, descriptions, places and attendees.",
  tags: ["events", "search"],
  scopes: [`${SCOPE}.events.readonly`],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    calendarId,
    timeMin: instant.describe(
      "Events that end after this time (RFC 3339 with an offset, such as `2026-01-31T00:00:00Z`).",
    ),
    timeMax: instant.optional().describe("Events that start before this time, in the same form."),
    q: z.string().optional().describe("Words to search for."),
    timeZone: timeZone
      .optional()
      .describe("IANA time zone of the times in the answer. Default: the calendar's."),
    singleEvents: z.literal(true).default(true).describe("Recurring events as single occurrences."),
    orderBy: z.literal("startTime").default("startTime").describe("Order of the events."),
    maxResults: z.number().int().min(1).max(250).default(25).describe("Events per page, 1 to 250."),
    pageToken,
  }),
  request: { method: "GET", path: "/calendars/{calendarId}/events" },
});

const createEvent = defineAction({
  name: "GOOGLECALENDAR_CREATE_EVENT",
  app: "googlecalendar",
  description:
    "Creates an event in a calendar and returns it with its id and link. Attendees are invited by e-mail only when `sendUpdates` says so.",
  tags: ["events"],
  scopes: [`${SCOPE}.events`],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({ calendarId, ...eventFields, sendUpdates }),
  request: { method: "POST", path: "/calendars/{calendarId}/events", query: ["sendUpdates"] },
});

const updateEvent = defineAction({
  name: "GOOGLECALENDAR_UPDATE_EVENT",
  app: "googlecalendar",
  description:
    "Changes the given fields of an event and leaves the others as they are. To move an event give both `start` and `end`.",
  tags: ["events"],
  scopes: [`${SCOPE}.events`],
  annotations: { readOnly: false, destructive: true, idempotent: true },
  input: z.strictObject({
    calendarId,
    eventId,
    ...eventFields,
    summary: eventFields.summary.optional(),
    start: eventFields.start.optional(),
    end: eventFields.end.optional(),
    sendUpdates,
  }),
  request: { method: "PATCH", path: "/calendars/{calendarId}/events/{eventId}", query: ["sendUpdates"] },
});

const deleteEvent = defineAction({
  name: "GOOGLECALENDAR_DELETE_EVENT",
  app: "googlecalendar",
  description:
    "Deletes an event from a calendar; with the id of a recurring event, all of its occurrences. An event deleted before is an error (410).",
  tags: ["events"],
  scopes: [`${SCOPE}.events`],
  annotations: { readOnly: false, destructive: true, idempotent: true },
  input: z.strictObject({ calendarId, eventId, sendUpdates }),
  request: { method: "DELETE", path: "/calendars/{calendarId}/events/{eventId}" },
});

const queryFreeBusy = defineAction({
  name: "GOOGLECALENDAR_QUERY_FREE_BUSY",
  app: "googlecalendar",
  description:
    "Gives the busy times of up to 50 calendars in a time range, without saying what they are busy with. Use it to find a time that suits everyone.",
  tags: ["free-busy"],
  scopes: [`${SCOPE}.freebusy`],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    timeMin: instant.describe("Start of the range (RFC 3339 with an offset)."),
    timeMax: instant.describe("End of the range, in the same form."),
    timeZone: timeZone.optional().describe("IANA time zone of the times in the answer. Default: UTC."),
    items: z
      .array(
        z.strictObject({
          id: z.string().min(1).describe("Id of the calendar: `primary`, or an e-mail address."),
        }),
      )
      .min(1)
      .max(50)
      .describe("The calendars to look at."),
  }),
  request: { method: "POST", path: "/freeBusy" },
});

/**
 * Google Calendar.
 *
 * A refresh token is only given with `access_type=offline`, and after the first consent only with `prompt=consent`.
 * The endpoints are those of Google's discovery document and of the cross-check list.
 *
 * Source: https://developers.google.com/identity/protocols/oauth2/web-server,
 * https://accounts.google.com/.well-known/openid-configuration,
 * https://developers.google.com/workspace/calendar/api/v3/reference
 */
export const googlecalendar = defineApp({
  slug: "googlecalendar",
  name: "Google Calendar",
  description: "Google's calendars: events, invitations and busy times.",
  categories: ["productivity", "calendar"],
  docsUrl: "https://developers.google.com/workspace/calendar/api/v3/reference",
  baseUrl: "https://www.googleapis.com/calendar/v3",
  authSchemes: [
    {
      ...googleOAuth2,
      scopes: [`${SCOPE}.events`, `${SCOPE}.calendarlist.readonly`, `${SCOPE}.freebusy`],
      impliedScopes: {
        [SCOPE]: [`${SCOPE}.events`, `${SCOPE}.readonly`],
        [`${SCOPE}.readonly`]: [
          `${SCOPE}.events.readonly`,
          `${SCOPE}.calendarlist.readonly`,
          `${SCOPE}.freebusy`,
        ],
        [`${SCOPE}.events`]: [`${SCOPE}.events.readonly`],
      },
    },
    { scheme: "BEARER_TOKEN" },
  ],
  // The primary calendar's id is the account's address. Source: https://developers.google.com/workspace/calendar/api/v3/reference/calendars/get
  account: { url: "/calendars/primary", id: "id", email: "id", label: "id" },
  actions: [listCalendars, listEvents, createEvent, updateEvent, deleteEvent, queryFreeBusy],
});
