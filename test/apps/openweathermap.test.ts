import { describe, expect, it } from "vitest";
import { openweathermap } from "../../src/apps/openweathermap.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const API = "https://api.openweathermap.org";
const berlin = { lat: 52.52, lon: 13.41 };

const golden: Readonly<Record<string, { args: unknown; url: string }>> = {
  OPENWEATHERMAP_FIND_PLACE: {
    args: { query: "Springfield,IL,US", limit: 1 },
    url: `${API}/geo/1.0/direct?q=Springfield%2CIL%2CUS&limit=1`,
  },
  OPENWEATHERMAP_NAME_COORDINATES: {
    args: berlin,
    url: `${API}/geo/1.0/reverse?lat=52.52&lon=13.41&limit=5`,
  },
  OPENWEATHERMAP_GET_CURRENT_WEATHER: {
    args: { ...berlin, lang: "de" },
    url: `${API}/data/2.5/weather?lat=52.52&lon=13.41&units=metric&lang=de`,
  },
  OPENWEATHERMAP_GET_FORECAST: {
    args: { ...berlin, units: "imperial", steps: 8 },
    url: `${API}/data/2.5/forecast?lat=52.52&lon=13.41&units=imperial&cnt=8`,
  },
  OPENWEATHERMAP_GET_AIR_POLLUTION: {
    args: berlin,
    url: `${API}/data/2.5/air_pollution?lat=52.52&lon=13.41`,
  },
};

describe("openweathermap", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(openweathermap.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, { args, url }) => {
    const { requests } = await runAction({ app: openweathermap, action, args });
    expect(requests).toEqual([{ method: "GET", url, headers: {}, body: null }]);
  });

  it("refuses coordinates that are not on Earth", () => {
    const args = { lat: 91, lon: -181 };
    expect(refusedBy(openweathermap, "OPENWEATHERMAP_GET_CURRENT_WEATHER", args)).toEqual(["lat", "lon"]);
  });
});
