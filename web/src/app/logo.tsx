import icon from '../favicon.svg';
import classes from './logo.module.css';

export function Logo() {
  return (
    <span className={classes.logo}>
      <img src={icon} alt="" width={22} height={22} />
      Billing
    </span>
  );
}
