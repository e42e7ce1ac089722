/** Coins and their diameters in millimetres, as their mints give them. */
export const coins = [
  { name: '1 euro cent', millimetres: 16.25 },
  { name: '2 euro cent', millimetres: 18.75 },
  { name: '5 euro cent', millimetres: 21.25 },
  { name: '10 euro cent', millimetres: 19.75 },
  { name: '20 euro cent', millimetres: 22.25 },
  { name: '50 euro cent', millimetres: 24.25 },
  { name: '1 euro', millimetres: 23.25 },
  { name: '2 euro', millimetres: 25.75 },
  { name: 'UK 1 penny', millimetres: 20.3 },
  { name: 'UK 5 pence', millimetres: 18 },
  { name: 'UK 10 pence', millimetres: 24.5 },
  { name: 'US cent', millimetres: 19.05 },
  { name: 'US nickel', millimetres: 21.21 },
  { name: 'US dime', millimetres: 17.91 },
  { name: 'US quarter', millimetres: 24.26 },
] as const;
