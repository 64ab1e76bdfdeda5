// The eleven made-up notes of the tour: four friends plan two nights in a hut.

export const tourNotes: Readonly<Record<string, string>> = {
  'ferry.md': `# 2026-04-18 Ferry

Boats to Lunna leave at 7:40 and 13:10, back at 12:00 and 17:30.
No boat on Sunday afternoon. A bicycle costs 4.
Asked at the harbour: the early ferry is never full before June.
`,
  'trains.md': `# 2026-04-18 Trains

The 5:52 reaches the harbour at 7:21. That leaves nineteen minutes to the early ferry.
The 11:04 is the one for the second boat.
`,
  'hut.md': `# 2026-04-20 The hut on Lunna

Booked for 12 to 14 June, eight beds, we have four.
The key hangs behind the left shutter. The code of its box comes by telephone, two days before.
Wood is there, gas is not.
`,
  'who-comes.md': `# 2026-04-21 Who comes

Ida, Jonas, Mirek, Tove. Tove comes a day later, with the second ferry.
Jonas does not eat nuts.
`,
  'route.md': `# 2026-04-25 Route

Harbour, chapel, the long beach, hut: 9 km, three hours with a break.
The way over the ridge is shorter and no place to be in fog.
`,
  'weather.md': `# 2026-05-02 Weather

June had eleven days of rain last year, and the year before four.
Wind from the west closes the harbour about twice a month, and then there is no ferry.
`,
  'food.md': `# 2026-05-03 Food

Three evenings, four people. Lentils, rice, onions, one cheese each.
No nuts (Jonas). Bread is baked on the island on Friday.
`,
  'gear.md': `# 2026-05-03 Gear

There: pans, blankets, an axe. Not there: gas, lamps, towels.
Mirek brings the stove. Each brings a lamp.
`,
  'money.md': `# 2026-05-09 Money

Hut 96 for two nights, paid by Ida. Ferry 11 each and each way.
Split in four at the end, the bicycle is Mirek's own.
`,
  'phone-call.md': `tue 12 may, called the warden - nice. she says code for the key box is 4417 from the 10th, dont write it on the door!!
stove: yes we can, but only outside if dry?? ask again. she's away 1-5 june. jonas calls her after that
oh and the well is fine this year
`,
  'ideas.md': `# 2026-05-10 Ideas

Row to the skerries if it is still. Learn one song. Nobody brings a book they have read before.
`,
}
