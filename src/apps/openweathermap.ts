import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";

const coordinates = {
  lat: z.number().min(-90).max(90).describe("Latitude in degrees, north positive."),
  lon: z.number().min(-180).max(180).describe("Longitude in degrees, east positive."),
};
const presentation = {
  units: z
    .enum(["standard", "metric", "imperial"])
    .default("metric")
    .describe("`metric`: °C and m/s; `imperial`: °F and mph; `standard`: K and m/s."),
  lang: z
    .string()
    .regex(/^[a-z]{2}(_[a-z]{2})?$/)
    .optional()
    .describe("Language of descriptions, such as `en`, `de` or `pt_br`. Default: English."),
};
const limit = z.number().int().min(1).max(5).default(5).describe("How many places at most, 1 to 5.");
const annotations = { readOnly: true, destructive: false, idempotent: true };

const findPlace = defineAction({
  name: "OPENWEATHERMAP_FIND_PLACE",
  app: "openweathermap",
  description:
    "Finds the coordinates of a place by name. Use it first: the weather actions take coordinates, and a name can stand for several places.",
  tags: ["geocoding"],
  annotations,
  input: z.strictObject({
    query: z
      .string()
      .min(1)
      .describe(
        "Name of the place, then state (USA only) and country code after commas: `Springfield,IL,US`.",
      ),
    limit,
  }),
  // Source: https://openweathermap.org/api/geocoding-api
  request: { method: "GET", path: "/geo/1.0/direct", rename: { query: "q" } },
});

const nameCoordinates = defineAction({
  name: "OPENWEATHERMAP_NAME_COORDINATES",
  app: "openweathermap",
  description: "Names the places at or near coordinates: the opposite of OPENWEATHERMAP_FIND_PLACE.",
  tags: ["geocoding"],
  annotations,
  input: z.strictObject({ ...coordinates, limit }),
  // Source: https://openweathermap.org/api/geocoding-api#reverse
  request: { method: "GET", path: "/geo/1.0/reverse" },
});

const getCurrentWeather = defineAction({
  name: "OPENWEATHERMAP_GET_CURRENT_WEATHER",
  app: "openweathermap",
  description:
    "Gets the weather at coordinates now: conditions, temperature, humidity, wind, sunrise and sunset.",
  tags: ["weather"],
  annotations,
  input: z.strictObject({ ...coordinates, ...presentation }),
  // Source: https://openweathermap.org/current
  request: { method: "GET", path: "/data/2.5/weather" },
});

const getForecast = defineAction({
  name: "OPENWEATHERMAP_GET_FORECAST",
  app: "openweathermap",
  description: "Gets the forecast at coordinates for up to five days, in steps of three hours.",
  tags: ["weather"],
  annotations,
  input: z.strictObject({
    ...coordinates,
    ...presentation,
    steps: z
      .number()
      .int()
      .min(1)
      .max(40)
      .default(16)
      .describe("How many steps of three hours: 8 are a day, 40 all five days."),
  }),
  // Source: https://openweathermap.org/forecast5
  request: { method: "GET", path: "/data/2.5/forecast", rename: { steps: "cnt" } },
});

const getAirPollution = defineAction({
  name: "OPENWEATHERMAP_GET_AIR_POLLUTION",
  app: "openweathermap",
  description:
    "Gets the air quality at coordinates now: an index from 1 (good) to 5 (very poor), and concentrations in µg/m³.",
  tags: ["weather"],
  annotations,
  input: z.strictObject(coordinates),
  // Source: https://openweathermap.org/api/air-pollution
  request: { method: "GET", path: "/data/2.5/air_pollution" },
});

/**
 * OpenWeather. The key goes in the query of each request, as `appid`.
 *
 * Source: https://openweathermap.org/appid, https://openweathermap.org/current
 */
export const openweathermap = defineApp({
  slug: "openweathermap",
  name: "OpenWeather",
  description: "Weather, forecasts and air quality for any place.",
  categories: ["weather"],
  docsUrl: "https://openweathermap.org/api",
  baseUrl: "https://api.openweathermap.org",
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "query", name: "appid" }],
      description: "Your OpenWeather API key, from https://home.openweathermap.org/api_keys",
      aliases: ["appid"],
    },
  ],
  actions: [findPlace, nameCoordinates, getCurrentWeather, getForecast, getAirPollution],
});
